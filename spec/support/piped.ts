/** Returns the output of a transform stream for these chunks. */
export async function piped<In, Out>(stream: ReadableWritablePair<Out, In>, ...chunks: In[]): Promise<Out[]> {
  const source = new ReadableStream<In>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const outputs: Out[] = [];
  const sink = new WritableStream<Out>({ write: output => void outputs.push(output) });
  await source.pipeThrough(stream).pipeTo(sink);
  return outputs;
}
