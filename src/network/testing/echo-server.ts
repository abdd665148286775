/** A process for tests: answers every TCP connection and UDP message with its name and the address it sees. Arguments: name, port. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [name, port] = [process.argv[2]!, Number(process.argv[3])];
const tcp = createServer((socket) => {
  socket.on("error", () => {});
  socket.end(`${name} ${socket.remoteAddress?.replace("::ffff:", "")}`);
});
const udp = createSocket("udp4", (_message, from) => udp.send(`${name} ${from.address}`, from.port, from.address));

udp.bind(port, () => tcp.listen(port, "0.0.0.0", () => process.stdout.write("listening\n")));
