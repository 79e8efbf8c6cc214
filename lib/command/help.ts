// The text of `wsluice --help`: at most 24 lines of 80 columns.

export const help = `wsluice [options] URL            connects; sends lines and prints messages
wsluice [options] --listen AT    accepts clients at PORT, HOST:PORT or unix:PATH
wsluice proxy [options] AT URL   relays clients to a server, everything as it is

  -H, --header 'NAME: VALUE'   add a header       -u, --auth USER:PASSWORD
  -s, --protocol NAME          subprotocol        -o, --origin ORIGIN, or any
  -k, --insecure               any certificate    --ca, --cert, --key FILE
  --unix PATH                  dial this socket   --no-proxy, see HTTPS_PROXY
  --compress                   use deflate        --timeout SECONDS, to open
  -b, --binary hex|base64      lines are bytes; bytes are printed so (hex)
  -j, --json                   lines are {"type":"text","data":"hi"} in and out
  -f, --file PATH [--text]     send a file as one message instead of lines
  -O, --output PATH            write the bytes that come to a file, unchanged
  --slash                      /ping /pong /close 4000 bye /file PATH work
  --frames                     show each frame that passes
  --ping SECONDS               send pings, show the round trips
  -n, --count N                close after N messages
  -w, --wait SECONDS           close when quiet so long after the last line (1)
  --once, --echo               --listen: take one client; send messages back
  -q, --quiet                  no notices         -h, --help   -v, --version

Exit codes: 0 closed with 1000 or no code, 1 closed otherwise or lost, 2 usage,
3 not opened. Details: https://www.npmjs.com/package/wsluice
`;
