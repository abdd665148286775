import { storeContract } from "./contract.suite.ts";
import { openMemoryStore } from "./engines.ts";

storeContract("memory", openMemoryStore);
