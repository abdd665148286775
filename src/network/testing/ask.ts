/** A process for tests: asks an echo server and prints the answer. Arguments: tcp or udp, address, port, own port or 0. */
import { createSocket } from "node:dgram";
import { connect } from "node:net";

const [protocol, address, port, ownPort] = process.argv.slice(2) as [string, string, string, string];

function fail(message: string): void {
  process.stderr.write(message);
  process.exit(1);
}

const timer = setTimeout(() => fail("timeout"), 2000);

if (protocol === "tcp") {
  const socket = connect({ host: address, port: Number(port), localPort: Number(ownPort) || undefined });
  socket.on("data", (chunk) => process.stdout.write(chunk));
  socket.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  socket.on("close", () => clearTimeout(timer));
} else {
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    clearTimeout(timer);
    process.stdout.write(message);
    socket.close();
  });
  socket.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  socket.bind(Number(ownPort), () => socket.connect(Number(port), address, () => socket.send("hello")));
}
