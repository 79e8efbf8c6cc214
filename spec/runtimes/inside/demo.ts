// The page of the demo in a frame: its WebSocket is the browser's, the server is ours.

async function until(what: string, condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 10_000) throw new Error(`demo: not within ten seconds: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Sends text and binary, closes with a code, and reads in the page's log what came of it; gives the number of jobs. */
export async function visitDemo(print: (line: string) => void): Promise<number> {
  const frame = document.createElement('iframe');
  frame.src = '/demo';
  document.body.append(frame);
  await new Promise(resolve => (frame.onload = resolve));
  const page = frame.contentDocument!;
  const element = (id: string) => page.getElementById(id)!;
  const logged = (text: string) => element('log').textContent!.includes(text);
  await until('open', () => element('state').textContent === 'open');
  (element('send') as HTMLFormElement).requestSubmit();
  await until('an echo of text', () => logged('←hello'));
  element('binary').click();
  await until('an echo of binary', () => logged('←1,048,576 bytes'));
  (element('code') as HTMLInputElement).value = '4000';
  (element('reason') as HTMLInputElement).value = 'enough';
  (element('close') as HTMLFormElement).requestSubmit();
  await until('a clean close', () => logged('closed: 4000 enough clean'));
  print("the demo's page: text, binary and a close");
  return 1;
}
