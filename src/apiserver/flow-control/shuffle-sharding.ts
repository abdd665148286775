/** Deals each flow a few of many queues: two flows seldom share all of theirs, so that one that is too busy spares most others. */
import { hash } from "node:crypto";

/** `size` different numbers below `deck`, always the same for the same flow. */
export function dealHand(flow: string, deck: number, size: number): number[] {
  // 48 bits: enough for the largest hand that is allowed, and exact as a number.
  let entropy = hash("sha256", flow, "buffer").readUIntBE(0, 6);
  const hand: number[] = [];
  for (let dealt = 0; dealt < size; dealt++) {
    const left = deck - dealt;
    let card = entropy % left;
    entropy = Math.floor(entropy / left);
    // The card counts only those that are still in the deck.
    for (const taken of [...hand].sort((a, b) => a - b)) if (taken <= card) card++;
    hand.push(card);
  }
  return hand;
}
