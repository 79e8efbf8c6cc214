// Tests the inspector in a frame, which runs both ends of its WebSocket.

async function until(what: string, condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 20_000) throw new Error(`inspector: not within 20 seconds: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Sends a text, closes with a code, and checks what the page shows. Returns the number of jobs. */
export async function visitDemo(print: (line: string) => void): Promise<number> {
  const frame = document.createElement('iframe');
  frame.src = '/demo/index.html';
  document.body.append(frame);
  await new Promise(resolve => (frame.onload = resolve));
  const page = frame.contentDocument!;
  const element = (id: string) => page.getElementById(id)!;
  const says = (id: string, text: string) => element(id).textContent!.includes(text);
  await until('an echo', () => says('hint', 'Echo'));
  (element('text') as HTMLTextAreaElement).value = 'from a frame';
  (element('send-form') as HTMLFormElement).requestSubmit();
  const event = '#lanes-down .rail-events .box[aria-label*="from a frame"]';
  await until('an echo of text', () => page.querySelector(event) !== null);
  (element('close-code') as HTMLInputElement).value = '4000';
  (element('close-reason') as HTMLInputElement).value = 'enough';
  (element('close-form') as HTMLFormElement).requestSubmit();
  await until('a clean close', () => says('state', 'closed 4000 enough'));
  print('the inspector: text and a close');
  return 1;
}
