/** What the node agent does with real containers. Run inside a network namespace by `agent.test.ts`. The last kills containerd. */
import "./agent-cases/contract.ts";
import "./agent-cases/lifecycle.ts";
import "./agent-cases/configuration.ts";
import "./agent-cases/confinement.ts";
import "./agent-cases/changes.ts";
import "./agent-cases/node-api.ts";
