// Serves the files of some folders.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
};

/** Marks a page as served by the demo server, so that it offers the mode that uses the server. */
const marked = (page: Buffer) => Buffer.from(page.toString().replace('<body>', '<body data-server>'));

/**
 * Reads the files of the folders once, and returns a listener that serves them from memory. A path that ends with `/` gets the
 * index.html of that folder.
 *
 * @param folders - the folder for each path, such as `/guide/`. A folder that does not exist has no files
 */
export function staticFiles(
  folders: Readonly<Record<string, string>>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const files = new Map<string, Buffer>();
  for (const [mount, folder] of Object.entries(folders)) {
    for (const name of existsSync(folder) ? filesIn(folder) : []) {
      const body = readFileSync(join(folder, name));
      files.set(`${mount}${name}`, extname(name) === '.html' ? marked(body) : body);
    }
  }
  return ({ method, url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (files.has(`${pathname}/index.html`)) {
      response.writeHead(301, { Location: `${pathname}/` }).end();
      return;
    }
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const body = method === 'GET' ? files.get(path) : undefined;
    if (body === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('not found: the inspector is at /, the guide at /guide/, the WebSocket at /echo\n');
      return;
    }
    const type = types[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    response.end(body);
  };
}

/** Returns the paths of the files in a folder and its subfolders. A name without a dot is a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => extname(path) !== '');
}
