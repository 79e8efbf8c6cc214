// The text of `wsluice --help`: at most 24 lines of 80 columns.

export const help = `wsluice [options] URL            connects; sends lines and prints messages
wsluice [options] --listen AT    accepts clients at PORT, HOST:PORT or unix:PATH
wsluice proxy [options] AT URL   passes everything between clients and a server

  -H, --header 'NAME: VALUE'   add a header       -u, --auth USER:PASSWORD
  -s, --protocol NAME          subprotocol        -o, --origin ORIGIN, or any
  -k, --insecure               any certificate    --ca, --cert, --key FILE
  --unix PATH                  dial this socket   --no-proxy, see HTTPS_PROXY
  --compress                   use deflate        --timeout SECONDS, to open
  -b, --binary hex|base64      send and print binary messages this way (hex)
  -j, --json                   read and print {"type":"text","data":"hi"}
  -f, --file PATH [--text]     send a file as one message instead of lines
  -O, --output PATH            write all received bytes to a file
  --slash                      obey /ping, /pong, /close 4000 bye, /file PATH
  --frames                     show each frame
  --ping SECONDS               send pings, show the round trips
  -n, --count N                close after N messages
  -w, --wait SECONDS           close after this silence at the end of input (1)
  --once, --echo               --listen: accept one client; send messages back
  -q, --quiet                  no notices         -h, --help   -v, --version

Exit codes: 0 closed with 1000 or no code, 1 closed otherwise or lost, 2 usage,
3 not opened. Details: https://www.npmjs.com/package/wsluice
`;
