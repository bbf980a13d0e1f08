/**
 * A dispatcher over a small cloud of queues, topics and subscriptions in memory, which
 * can be told to fail calls, or to stop answering as a process that dies does.
 */
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { AwsError } from "../wire/aws-error.ts";

export interface CloudCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ScriptedCloud {
  /** Every engine takes one of its own: that of a dead one never answers again. */
  newDispatcher(): Dispatcher;
  readonly calls: readonly CloudCall[];
  /** What exists, by its ARN, name or URL. */
  readonly things: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly parameters: Map<string, string>;
  readonly objects: Map<string, string>;
  /** Fails every call for which this gives a message. */
  failWhen(rule: (call: CloudCall) => string | undefined): void;
  /** The call with this number (from 0) never returns, after it was carried out or before. */
  dieAt(callNumber: number, when: "before" | "after"): void;
  isDead(): boolean;
}

type Things = Map<string, Readonly<Record<string, unknown>>>;
type Input = Readonly<Record<string, unknown>>;

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

export function createScriptedCloud(): ScriptedCloud {
  const things: Things = new Map();
  const calls: CloudCall[] = [];
  const parameters = new Map<string, string>();
  const objects = new Map<string, string>();
  let fails: (call: CloudCall) => string | undefined = () => undefined;
  let death: { readonly at: number; readonly when: "before" | "after" } | undefined;
  let isDead = false;

  const answer = (call: CloudCall): unknown => {
    const message = fails(call);
    if (message !== undefined) {
      throw new AwsError({ code: "Scripted", message });
    }
    return perform(call, { things, parameters, objects });
  };

  const newDispatcher = (): Dispatcher => {
    let engineIsDead = false;
    isDead = false;
    const never = (): Promise<never> => {
      engineIsDead = true;
      isDead = true;
      death = undefined;
      return new Promise(() => {});
    };
    const callByName: Dispatcher["callByName"] = async (_, service, name, given) => {
      const call = { operation: `${service}.${name}`, input: given as Input };
      const dies = death?.at === calls.length ? death.when : undefined;
      if (engineIsDead || dies === "before") {
        return never();
      }
      calls.push(call);
      try {
        return answer(call);
      } finally {
        if (dies === "after") {
          await never();
        }
      }
    };
    return { callByName, call: callByName as Dispatcher["call"] };
  };

  return {
    newDispatcher,
    calls,
    things,
    parameters,
    objects,
    failWhen(rule) {
      fails = rule;
    },
    dieAt(at, when) {
      death = { at, when };
    },
    isDead: () => isDead,
  };
}

interface World {
  readonly things: Things;
  readonly parameters: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, string>;
}

function perform(call: CloudCall, world: World): unknown {
  const act = OPERATIONS[call.operation];
  if (act === undefined) {
    throw new AwsError({ code: "Unscripted", message: `${call.operation} is not scripted` });
  }
  return act(call.input, world);
}

const OPERATIONS: Readonly<Record<string, (input: Input, world: World) => unknown>> = {
  "sqs.CreateQueue": ({ QueueName: name, Attributes: attributes, tags }, { things }) => {
    const url = `http://127.0.0.1/${ACCOUNT}/${name}`;
    const known = things.get(url);
    if (known !== undefined && JSON.stringify(known["attributes"]) !== JSON.stringify(attributes)) {
      throw new AwsError({ code: "QueueNameExists", message: "A queue already exists" });
    }
    things.set(url, { attributes, tags });
    return { QueueUrl: url };
  },
  "sqs.GetQueueUrl": ({ QueueName: name }, { things }) => {
    const url = `http://127.0.0.1/${ACCOUNT}/${name}`;
    requireThing(things, url);
    return { QueueUrl: url };
  },
  "sqs.GetQueueAttributes": ({ QueueUrl: url }, { things }) => {
    requireThing(things, String(url));
    const name = String(url).split("/").at(-1);
    return { Attributes: { QueueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` } };
  },
  "sqs.SetQueueAttributes": ({ QueueUrl: url, Attributes: attributes }, { things }) => {
    const known = requireThing(things, String(url));
    things.set(String(url), {
      ...known,
      attributes: { ...(known["attributes"] as object), ...(attributes as object) },
    });
    return {};
  },
  "sqs.TagQueue": ({ QueueUrl: url, Tags: tags }, { things }) => {
    const known = requireThing(things, String(url));
    things.set(String(url), {
      ...known,
      tags: { ...(known["tags"] as object), ...(tags as object) },
    });
    return {};
  },
  "sqs.UntagQueue": ({ QueueUrl: url, TagKeys: keys }, { things }) => {
    const known = requireThing(things, String(url));
    const left = Object.entries(known["tags"] as object).filter(
      ([key]) => !(keys as readonly string[]).includes(key),
    );
    things.set(String(url), { ...known, tags: Object.fromEntries(left) });
    return {};
  },
  "sqs.DeleteQueue": ({ QueueUrl: url }, { things }) => {
    requireThing(things, String(url));
    things.delete(String(url));
    return {};
  },
  "ssm.GetParameter": ({ Name: name }, { parameters }) => {
    const value = parameters.get(String(name));
    if (value === undefined) {
      throw new AwsError({ code: "ParameterNotFound", message: "" });
    }
    return { Parameter: { Value: value } };
  },
  "s3.GetObject": ({ Bucket: bucket, Key: key }, { objects }) => {
    const text = objects.get(`${bucket}/${key}`);
    if (text === undefined) {
      throw new AwsError({ code: "NoSuchKey", message: "The specified key does not exist." });
    }
    return { Body: streamOf(text) };
  },
};

async function* streamOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function requireThing(things: Things, id: string): Readonly<Record<string, unknown>> {
  const thing = things.get(id);
  if (thing === undefined) {
    throw new AwsError({
      code: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
    });
  }
  return thing;
}
