// A stream in place of a body, for what reads past the body's own properties.

/**
 * A `Stream` that reads from `reader`, a chunk when it is asked for one and no
 * sooner. `over()` is called at the end; with `keepsBody` a cancel goes no
 * further.
 */
export function pullSource(Stream, reader, over, keepsBody) {
  let pulling = false;
  let closed = false;
  let ended = false;
  const end = (tell) => {
    if (ended) return;
    ended = true;
    tell?.();
    over();
  };
  const close = (controller) =>
    end(() => {
      controller.close();
      // The last chunk may have closed it: nobody has read the end yet.
      reader.read();
    });
  return new Stream(
    {
      start(controller) {
        // Natively a pipe hears of an end or an error also while its
        // destination takes nothing. The end may come before the last chunk.
        reader.closed.then(
          () => {
            closed = true;
            if (!pulling) close(controller);
          },
          (error) => end(() => controller.error(error)),
        );
      },
      async pull(controller) {
        pulling = true;
        const { done, value } = await reader.read();
        pulling = false;
        if (!done && !ended) controller.enqueue(value);
        if (done || closed) close(controller);
      },
      cancel(reason) {
        const cancelled = keepsBody ? undefined : reader.cancel(reason);
        end();
        return cancelled;
      },
    },
    { highWaterMark: 0 },
  );
}
