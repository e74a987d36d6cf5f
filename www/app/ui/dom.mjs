// A page as a function of its state: `h` describes elements, `render` makes the document agree with the description,
// keeping the elements that stay (so that focus, scroll and typing survive) and never parsing text as HTML.

/**
 * A described element. `key` binds it to the same element across renders.
 * @typedef {{tag: string, props: Record<string, any>, children: Description[]}} VNode
 * @typedef {VNode | string} Description
 * @typedef {Description | number | null | undefined | false | Child[]} Child
 * @typedef {{update?: (data: any) => void, destroy?: () => void}} Controller
 * @typedef {(element: any, data: any) => Controller} Use
 */

/**
 * Describes an element. Props: attributes; `class`; `onNAME` handlers; `key`; `use` and `data` (a function that takes
 * care of the element after creation, and what it is given at each render; described without children, the element is
 * filled by it alone).
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {VNode}
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flatten(children) };
}

/** @param {Child[]} children @returns {Description[]} */
function flatten(children) {
  return /** @type {any[]} */ (children).flat(20).filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "number" ? String(child) : /** @type {Description} */ (child)));
}

/** What each element was last made from. @type {WeakMap<Node, {vnode: VNode, controller?: Controller}>} */
const known = new WeakMap();

/** What a browser takes for a field of a form. */
const FIELDS = new Set(["input", "select", "textarea"]);

// These live in the element rather than in its attributes, and the user changes them.
const LIVE = new Set(["value", "checked", "disabled", "indeterminate"]);

/**
 * Makes the children of `parent` agree with the description.
 * @param {Element | ShadowRoot} parent
 * @param {...Child} children
 */
export function render(parent, ...children) {
  const wanted = flatten(children);
  /** @type {Map<string, Element>} */
  const keyed = new Map();
  /** @type {ChildNode[]} */
  const free = [];
  for (const node of parent.childNodes) {
    const key = known.get(node)?.vnode.props.key;
    if (key !== undefined) keyed.set(String(key), /** @type {Element} */ (node));
    else free.push(node);
  }
  const nodes = wanted.map((child) => reuse(child, keyed, free) ?? create(child));
  // What goes leaves first, so that what stays need not move: a moved element loses its focus.
  const staying = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!staying.has(node)) drop(node);
  /** @type {ChildNode | null} */
  let place = parent.firstChild;
  nodes.forEach((node, index) => {
    const child = wanted[index];
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    if (typeof child !== "string") update(/** @type {Element} */ (node), child);
    else if (node.nodeValue !== child) node.nodeValue = child;
  });
}

/**
 * @param {Description} child
 * @param {Map<string, Element>} keyed
 * @param {ChildNode[]} free
 * @returns {ChildNode | undefined}
 */
function reuse(child, keyed, free) {
  if (typeof child !== "string" && child.props.key !== undefined) {
    const node = keyed.get(String(child.props.key));
    keyed.delete(String(child.props.key));
    return node?.localName === child.tag ? node : undefined;
  }
  const index = free.findIndex((node) =>
    typeof child === "string" ? node.nodeType === 3 : node.nodeType === 1 && /** @type {Element} */ (node).localName === child.tag);
  return index < 0 ? undefined : free.splice(index, 1)[0];
}

/** @param {Description} child @returns {ChildNode} */
function create(child) {
  if (typeof child === "string") return document.createTextNode(child);
  const element = document.createElement(child.tag);
  // A browser that fills in forms asks its maker's server about the names of fields, or about their ids where they have none. Ids hold names
  // of columns: names that say nothing keep them here.
  if (FIELDS.has(child.tag)) element.setAttribute("name", "field");
  return element;
}

/** @param {Element} element @param {VNode} vnode */
function update(element, vnode) {
  const before = known.get(element);
  const old = before?.vnode.props ?? {};
  for (const name of Object.keys(old)) if (!(name in vnode.props)) set(element, name, undefined);
  for (const [name, value] of Object.entries(vnode.props)) {
    if (!LIVE.has(name) && (!before || old[name] !== value)) set(element, name, value);
  }
  if (vnode.children.length > 0 || !vnode.props.use) render(element, ...vnode.children);
  // After the children: a select's value needs its options.
  for (const name of LIVE) {
    if (name === "value" && before && old.value === vnode.props.value && isTyped(element)) continue;
    if (name in vnode.props && /** @type {any} */ (element)[name] !== vnode.props[name]) {
      /** @type {any} */ (element)[name] = vnode.props[name];
    }
  }
  const controller = before?.controller ?? vnode.props.use?.(element, vnode.props.data);
  if (before) controller?.update?.(vnode.props.data);
  known.set(element, { vnode, controller });
}

/** Whether the user is writing in it: what is not yet said must not be taken away. @param {Element} element */
function isTyped(element) {
  return element.matches("input") && /** @type {ShadowRoot} */ (element.getRootNode()).activeElement === element;
}

/** @param {Element} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (name === "key" || name === "use" || name === "data") return;
  if (name.startsWith("on")) /** @type {any} */ (element)[name] = value ?? null;
  else if (LIVE.has(name)) /** @type {any} */ (element)[name] = name === "value" ? "" : false;
  else if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {ChildNode} node */
function drop(node) {
  for (const child of [...node.childNodes]) drop(child);
  known.get(node)?.controller?.destroy?.();
  node.remove();
}
