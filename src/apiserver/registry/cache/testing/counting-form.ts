import type { StoredForm } from "../stored-form.ts";

export interface CountingForm extends StoredForm {
  /** Objects that were decoded so far. */
  decoded: number;
}

export function countingForm(form: StoredForm): CountingForm {
  return {
    ...form,
    decoded: 0,
    decode(...stored) {
      this.decoded++;
      return form.decode(...stored);
    },
  };
}
