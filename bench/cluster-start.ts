/** A program of somebody who tests with `Cluster.start()`: prints how many milliseconds its first start and stop took. */
const began = performance.now();
const { Cluster } = await import("kubets");
const cluster = await Cluster.start();
const started = performance.now();
await cluster.stop();
process.stdout.write(JSON.stringify({ start: started - began, stop: performance.now() - started }));
process.exit();
