/** @throws Error when the work takes longer; the work itself goes on until what it waits for ends */
export async function withDeadline<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`not measured within ${limitMs / 1000} s`)),
    limitMs,
  );
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
