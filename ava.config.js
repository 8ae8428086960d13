export default {
  extensions: ['ts'],
  files: ['tests/**/*.test.ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  timeout: '120s',
  workerThreads: false,
};
