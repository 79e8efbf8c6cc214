/** What comes out of a transform stream for these chunks. */
export async function piped<In, Out>(stream: ReadableWritablePair<Out, In>, ...chunks: In[]): Promise<Out[]> {
  const source = new ReadableStream<In>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const outputs: Out[] = [];
  for await (const output of source.pipeThrough(stream)) outputs.push(output);
  return outputs;
}
