// A certificate for localhost that signs itself, and its key: for the specs, and for nothing else.

export const key: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsqL/WgcRSKlnV/eJ
EBcoV7OfPWWecdNslbc/mkg0AKqhRANCAAQryPNWbH41kXQRsUHnrMiZgrIJ2zCt
c+RLuQc+l3KkdLm5oKx7OCZGW/tti8/W9x+S31+4whlCeslsKtV3AcRz
-----END PRIVATE KEY-----
`;

export const cert: string = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUcU8oD5CYpCB6ytjj3Xsau1vY4MMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjIzMTEyM1oYDzIxMjYxMDI5
MjMxMTIzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQryPNWbH41kXQRsUHnrMiZgrIJ2zCtc+RLuQc+l3KkdLm5oKx7OCZG
W/tti8/W9x+S31+4whlCeslsKtV3AcRzo2kwZzAdBgNVHQ4EFgQUnlix0dX6y8K8
riXOnrADV03CbcswHwYDVR0jBBgwFoAUnlix0dX6y8K8riXOnrADV03CbcswDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAKJ4olmGzudXW/QlEJIBnBLe4uSQG0jFAsi0ZZ3CruCIAiEAqZmASrul
LWd0/p0JpEIpd+4SOd79k47L18fL8eyCECo=
-----END CERTIFICATE-----
`;
