/** `node --require`: on SIGUSR2 a process writes a line of all files that it has loaded, as JSON. */
process.on('SIGUSR2', () => {
  console.log(`loaded ${JSON.stringify(Object.keys(require.cache))}`);
});
