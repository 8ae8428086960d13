export default {
  extensions: { ts: 'module' },
  files: ['tests/**/*.test.ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  timeout: '120s',
  workerThreads: false,
};
