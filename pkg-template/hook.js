// Own, non-enumerable properties that look like what they stand before.

/**
 * Replaces a method by `act(native, args)`. It is called the same as the
 * native one, is no constructor either, and is the native one when it is
 * called on something else.
 */
export function hook(target, name, act) {
  const native = target[name];
  if (typeof native !== "function") return;
  const { [name]: method } = {
    [name]() {
      return this === target ? act(native, arguments) : native.apply(this, arguments);
    },
  };
  Object.defineProperty(method, "length", { value: native.length, configurable: true });
  define(target, name, method);
}

/** Replaces a getter by `act(value)`. */
export function hookGetter(target, name, act) {
  const { get: native } = getterOf(target, name);
  const { get } = Object.getOwnPropertyDescriptor(
    {
      get [name]() {
        const value = native.call(this);
        return this === target ? act(value) : value;
      },
    },
    name,
  );
  Object.defineProperty(target, name, { get, configurable: true });
}

/**
 * The getter that gives this property, and whose it is: a tool's own, one of a
 * subclass, or the native one. Throws where there is none, as for a value that a
 * tool put there.
 */
export function getterOf(owner, name) {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  if (!own) return getterOf(Object.getPrototypeOf(owner), name);
  const { get } = own;
  if (!get) throw new TypeError(`${name} is no getter`);
  return { get, owner };
}

export function define(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
