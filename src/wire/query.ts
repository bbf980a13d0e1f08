/**
 * Query-protocol inputs: `Tags.member.1.Key=a`, flattened lists (`AttributeName.1=All`), maps
 * (`MessageAttributes.entry.1.Name`), an empty list as `Tags=`.
 *
 * The dotted names become a tree first, so that reading costs what was sent, whatever the shape.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import type { Form } from "./form.ts";
import { Unreadable } from "./malformed.ts";
import type { Member, ServiceModel, StructureShape } from "./model.ts";
import { readScalarText } from "./scalar-text.ts";
import { setOwn } from "./set-own.ts";

interface Tree {
  text?: string;
  children?: Map<string, Tree>;
}

/** Parts of a name; shapes nest far less. */
const NAME_PARTS_MAX = 200;

export function readQuery(model: ServiceModel, shapeName: string, form: Form): unknown {
  const root: Tree = {};
  for (const [name, text] of form) {
    plant(root, name, text);
  }
  return readMember({ model, tree: root, member: { shape: shapeName }, at: "" });
}

function plant(root: Tree, name: string, text: string): void {
  const parts = name.split(".", NAME_PARTS_MAX);
  let tree = root;
  for (const part of parts) {
    tree.children ??= new Map();
    const child = tree.children.get(part) ?? {};
    tree.children.set(part, child);
    tree = child;
  }
  tree.text = text;
}

interface Place {
  readonly model: ServiceModel;
  readonly tree: Tree;
  readonly member: Member;
  /** The name so far, for messages. */
  readonly at: string;
}

function readMember(place: Place): unknown {
  const { model, tree, member, at } = place;
  const shape = model.shapes[member.shape];
  if (shape === undefined) {
    if (tree.text === undefined) {
      throw new Unreadable(`Unexpected complex element at ${at}`);
    }
    return readScalarText(member.shape, tree.text);
  }
  switch (shape.type) {
    case "list":
      return readList(place, shape.member);
    case "map":
      return readMap(place, shape.key, shape.value);
    default:
      return readStructure(place, shape);
  }
}

function readStructure(place: Place, shape: StructureShape): unknown {
  const { model, tree, at } = place;
  if (tree.text !== undefined && tree.text !== "") {
    throw new Unreadable(`Unexpected value at ${at}`);
  }
  const structure: Record<string, unknown> = {};
  if (tree.children === undefined) {
    return structure;
  }
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = member.xmlName ?? name;
    const child = tree.children.get(wireName);
    if (child !== undefined) {
      structure[name] = readMember({ model, tree: child, member, at: dotted(at, wireName) });
    }
  }
  return structure;
}

function readList(place: Place, element: Member): unknown[] {
  const { model, member, at } = place;
  const isFlat = member.flattened === true;
  const items = isFlat ? place.tree : childOf(place.tree, element.xmlName, "member");
  return numbered(items, at).map((tree) => {
    return readMember({ model, tree, member: element, at });
  });
}

function readMap(place: Place, key: Member, value: Member): unknown {
  const { model, member, at } = place;
  const isFlat = member.flattened === true;
  const entries = isFlat ? place.tree : childOf(place.tree, undefined, "entry");
  const map = {};
  for (const entry of numbered(entries, at)) {
    const keyTree = entry.children?.get(key.xmlName ?? "key");
    const valueTree = entry.children?.get(value.xmlName ?? "value");
    if (keyTree?.text === undefined) {
      throw new Unreadable(`A key is missing at ${at}`);
    }
    if (valueTree !== undefined) {
      setOwn(map, keyTree.text, readMember({ model, tree: valueTree, member: value, at }));
    }
  }
  return map;
}

function childOf(tree: Tree, name: string | undefined, usual: string): Tree {
  if (tree.text !== undefined && tree.text !== "") {
    return tree;
  }
  const named = name === undefined ? undefined : tree.children?.get(name);
  return named ?? tree.children?.get(usual) ?? {};
}

/** The elements in the order of their numbers, which may start anywhere and leave gaps. */
function numbered(tree: Tree, at: string): readonly Tree[] {
  if (tree.text !== undefined && tree.text !== "") {
    throw new Unreadable(`Unexpected value at ${at}`);
  }
  if (tree.children === undefined) {
    return [];
  }
  const elements: { readonly index: number; readonly tree: Tree }[] = [];
  for (const [name, child] of tree.children) {
    if (!/^\d{1,9}$/.test(name)) {
      throw new Unreadable(`${name} is no index of a list at ${at}`);
    }
    elements.push({ index: Number(name), tree: child });
  }
  return elements.sort((a, b) => a.index - b.index).map((element) => element.tree);
}

function dotted(at: string, name: string): string {
  return at === "" ? name : `${at}.${name}`;
}
