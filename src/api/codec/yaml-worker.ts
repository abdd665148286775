/** The thread of `YamlThread`: one text after the other, each answered by its JSON or by what is wrong with it. */
import { parentPort } from "node:worker_threads";
import { DecodeError } from "./decode-error.ts";
import { parseYamlText } from "./yaml.ts";

/** `json` or `problem`; a value that is none is `null` in JSON. */
export interface YamlAnswer {
  readonly json?: string;
  readonly duplicates?: readonly string[];
  readonly problem?: string;
}

function answer(text: string): YamlAnswer {
  try {
    const { value, duplicates } = parseYamlText(text);
    return { json: JSON.stringify(value), duplicates };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { problem: error.message };
  }
}

parentPort?.on("message", (text: string) => parentPort?.postMessage(answer(text)));
