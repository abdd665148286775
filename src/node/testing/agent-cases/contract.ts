/** What every runtime must do, asked of containerd. */
import { runtimeContract } from "../../runtime/contract.suite.ts";
import { folder, runtime } from "../agent-under-test.ts";
import { testImage as image } from "../containerd.ts";

runtimeContract(() => ({ runtime, image, logFolder: `${folder}/contract` }));
