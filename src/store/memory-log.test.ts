import { storeContract } from "./contract.suite.ts";
import { openMemoryStore } from "./engines.ts";
import { modelTests } from "./model.suite.ts";

storeContract("memory", openMemoryStore);
modelTests("memory", openMemoryStore);
