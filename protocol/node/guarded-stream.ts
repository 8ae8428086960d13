import type { Duplex } from 'node:stream';

type Listener = (...args: unknown[]) => unknown;

/**
 * Makes what listens to the stream harmless: an exception of a listener destroys this stream instead of ending the
 * process. For parsers of others that throw on hostile input. To be called before they attach their listeners.
 * @param mayRead asked before each chunk; false ends the stream.
 */
export function guardStream(
  stream: Duplex,
  mayRead: () => boolean,
  failed: (error: Error) => void,
): void {
  const fail = (error: Error): void => {
    stream.destroy();
    failed(error);
  };
  const guard = (event: string | symbol, listener: Listener): Listener =>
    function guarded(this: unknown, ...args: unknown[]): void {
      try {
        if (event === 'readable' && !mayRead()) throw new Error('too many bytes before admission');
        listener.apply(this, args);
      } catch (error) {
        fail(error as Error);
      }
    };
  const on = stream.on.bind(stream) as (event: string | symbol, listener: Listener) => Duplex;
  const attach = (event: string | symbol, listener: Listener): Duplex =>
    on(event, guard(event, listener));
  stream.on = attach as typeof stream.on;
  stream.addListener = attach as typeof stream.addListener;
}
