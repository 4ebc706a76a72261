// Typed questions to a JSON-RPC node. A malformed answer is Unavailable, an answer to another question Contradiction.
import { fromHex, hex0x, unsigned } from "./bytes.js";
import { Contradiction, Unavailable, shorten } from "./errors.js";
import { keccak256 } from "./keccak.js";

const MOST_BATCH = 100;
const MOST_ANSWER = 64 * 1024 * 1024;

/** The node says no: its code and words. */
export class RpcError extends Unavailable {}

/**
 * One node. `fetchLike(url, {method, headers, body})` promises `{status, text()}`, as `fetch` does; in a mini-program
 * it wraps the runtime's own request. Time limits are its business.
 */
export class Node {
  constructor(fetchLike, url) {
    this.fetchLike = fetchLike;
    this.url = url;
    this.name = redact(url);
    this.takesBatches = true;
    this.takesBlockHash = true; // EIP-1898; learned at the first refusal
  }

  async request(method, params = []) {
    return this.result(await this.post({ jsonrpc: "2.0", id: 0, method, params }), method);
  }

  /** Several questions, in one request where the node takes batches. Answers in the order of the questions. */
  async batch(calls) {
    if (calls.length > MOST_BATCH) {
      return [...(await this.batch(calls.slice(0, MOST_BATCH))), ...(await this.batch(calls.slice(MOST_BATCH)))];
    }
    if (calls.length < 2 || !this.takesBatches) {
      const results = [];
      for (const [method, params] of calls) results.push(await this.request(method, params));
      return results;
    }
    const answers = await this.post(calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params })));
    if (!Array.isArray(answers)) {
      if (answers === null || typeof answers !== "object" || !answers.error) throw this.unusable("a list of answers");
      this.takesBatches = false;
      return this.batch(calls);
    }
    const byId = new Map(answers.map((answer) => [answer?.id, answer]));
    if (answers.length !== calls.length || calls.some((_, id) => !byId.has(id))) {
      throw this.unusable(`${calls.length} answers, one for each question`);
    }
    return calls.map(([method], id) => this.result(byId.get(id), method));
  }

  async header(block = "latest") {
    const which = typeof block === "number" ? `0x${block.toString(16)}` : block;
    const answer = await this.request("eth_getBlockByNumber", [which, false]);
    if (answer === null) throw this.unusable(`block ${block}`, "none");
    const header = {
      number: this.quantity(answer.number),
      hash: this.hex(answer.hash, 32),
      timestamp: this.quantity(answer.timestamp),
    };
    if (typeof block === "number" && header.number !== block) {
      throw new Contradiction(`the node at ${this.name} answered with another block`, {
        expected: String(block), found: String(header.number),
      });
    }
    return header;
  }

  /** The newest final block: by the node's `finalized` tag, or so many blocks below the head. */
  async finalizedHeader({ blocks }) {
    if (blocks === null) return this.header("finalized");
    return this.header(Math.max(0, (await this.header()).number - blocks));
  }

  /** Storage words (BigInt) of a contract at a block, which is named by its hash where the node can. */
  async storage(contract, slots, block) {
    const calls = slots.map((slot) => ["eth_getStorageAt", [contract, hex0x(unsigned(slot, 32))]]);
    return (await this.at(calls, block)).map((word) => {
      if (typeof word !== "string" || !/^0x[0-9a-fA-F]{0,64}$/.test(word)) throw this.unusable("a storage word", word);
      return BigInt(word === "0x" ? "0x0" : word);
    });
  }

  async codeHash(contract) {
    const code = await this.request("eth_getCode", [contract, "latest"]);
    return hex0x(keccak256(fromHex(this.hex(code))));
  }

  async at(calls, block) {
    if (this.takesBlockHash) {
      const place = { blockHash: block.hash, requireCanonical: true };
      try {
        return await this.batch(calls.map(([method, params]) => [method, [...params, place]]));
      } catch (error) {
        // Either the node takes no hashes, or it has no such canonical block; the number tells which.
        if (!(error instanceof RpcError)) throw error;
        await this.requireSame(block);
      }
    }
    const answers = await this.batch(calls.map(([method, params]) => [method, [...params, `0x${block.number.toString(16)}`]]));
    await this.requireSame(block);
    this.takesBlockHash = false;
    return answers;
  }

  async requireSame(block) {
    const { hash } = await this.header(block.number);
    if (hash === block.hash) return;
    throw new Unavailable(`the chain of the node at ${this.name} changed while it was read`, {
      expected: `block ${block.number} with hash ${block.hash}`, found: "another hash at that number",
      hint: "again, at a younger or a final block",
    });
  }

  async post(question) {
    let answer;
    try {
      const headers = { "content-type": "application/json" };
      const response = await this.fetchLike(this.url, { method: "POST", headers, body: JSON.stringify(question) });
      const text = await response.text();
      if (text.length > MOST_ANSWER) throw new RangeError();
      if (response.status === 429 || response.status >= 500) throw new RangeError();
      answer = JSON.parse(text);
    } catch (error) {
      throw this.unusable("an answer in JSON", error instanceof SyntaxError ? "something else" : "none");
    }
    return answer;
  }

  result(answer, method) {
    if (answer === null || typeof answer !== "object") throw this.unusable(`an answer object to ${method}`);
    if (answer.error) throw new RpcError(`the node at ${this.name} refused ${method}`, { found: shorten(String(answer.error.message ?? "")) });
    if (!("result" in answer)) throw this.unusable(`a result for ${method}`);
    return answer.result;
  }

  /** A wide quantity, such as a chain id, as a decimal string. */
  hexQuantity(value) {
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw this.unusable("an integer as 0x…", value);
    return String(BigInt(value));
  }

  quantity(value) {
    const number = Number(this.hexQuantity(value));
    if (!Number.isSafeInteger(number)) throw this.unusable("an integer as 0x…", value);
    return number;
  }

  hex(value, width = null) {
    const good = typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value);
    if (!good || (width !== null && value.length !== 2 + 2 * width)) throw this.unusable("bytes as 0x…", value);
    return value.toLowerCase();
  }

  unusable(expected, found = "") {
    return new Unavailable(`the node at ${this.name} gave no usable answer`, {
      expected, found: found === "" || found === "none" ? found : shorten(found ?? null),
      hint: "again later, or another node",
    });
  }
}

// Keys of nodes stand in their paths and queries; they must not reach a page or a log.
function redact(url) {
  const found = /^(https?):\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(url);
  return found ? `${found[1].toLowerCase()}://${found[2]}` : "(an address that cannot be read)";
}
