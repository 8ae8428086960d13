/** What V8 may take in programs that others start; docs/adr/0009-engine-settings.md and 0022-memory-of-a-session.md. */
const SMALL = ['--max-semi-space-size=1', '--v8-pool-size=1', '--single-threaded-gc'];
const QUIET = ['--disable-warning=ExperimentalWarning'];

/** Of wrcomp: no full collections in the first seconds of typing; it collects garbage when nobody works with it. */
export const COMPOSITOR_FLAGS: readonly string[] = [
  ...SMALL,
  ...['--initial-old-space-size=32', '--expose-gc', '--no-memory-reducer'],
  '--invocation-count-for-maglev=2000',
  ...QUIET,
];
/** Of wrlogin, which lives as long as nobody has logged in. */
export const GREETER_FLAGS: readonly string[] = [...SMALL, ...QUIET];
