// Answers requests with the files of one folder.

import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
};

/** Marks a page as served by the demo server, which it then may talk to. */
const marked = (page: Buffer) => Buffer.from(page.toString().replace('<body>', '<body data-server>'));

/** Reads the files of the folder now and serves nothing else; `/` is index.html. */
export function staticFiles(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  const files = new Map(readdirSync(folder).map(name => [`/${name}`, readFileSync(join(folder, name))]));
  files.set('/index.html', marked(files.get('/index.html')!));
  return ({ method, url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const body = method === 'GET' ? files.get(path) : undefined;
    if (body === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('The inspector is at /, the WebSocket at /echo.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(path)]!, 'Cache-Control': 'no-store' });
    response.end(body);
  };
}
