// A very small scripting engine: it learns every class through the extension interface, knows none of them by itself,
// and runs scripts of one statement a line.
//
//   var peer = WebSocketPeer.new()           name = peer.get_packet()           peer.poll()
//   on peer.activity: peer.poll()            until peer.get_ready_state() == WebSocketPeer.STATE_OPEN: peer.poll()
//   print "state", peer.get_ready_state()    join("a", 1) and text(bytes) are functions of its own

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|[().,=:]))/y;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

export class ScriptHost {
  #classes = new Map();
  #variables = new Map();
  #classOf = new WeakMap();
  #print;

  constructor(print = console.log) {
    this.#print = print;
  }

  // --- the extension interface ----------------------------------------------------------------------------------

  classdb_register_extension_class(_library, name, parent, creation) {
    this.#classes.set(name, { parent, creation, methods: new Map(), constants: new Map(), signals: new Set() });
  }

  classdb_register_extension_class_method(_library, name, info) {
    this.#classes.get(name).methods.set(info.name, info);
  }

  classdb_register_extension_class_integer_constant(_library, name, _group, constant, value) {
    this.#classes.get(name).constants.set(constant, value);
  }

  classdb_register_extension_class_property() {} // scripts of this engine call getters and setters

  classdb_register_extension_class_signal(_library, name, signal) {
    this.#classes.get(name).signals.add(signal);
  }

  classdb_unregister_extension_class(_library, name) {
    this.#classes.delete(name);
  }

  print_error(description) {
    this.#print(`error: ${description}`);
  }

  get classCount() {
    return this.#classes.size;
  }

  // --- scripts --------------------------------------------------------------------------------------------------

  async run(script) {
    for (const [index, line] of script.split('\n').entries()) {
      const statement = line.replace(/#.*$/, '').trim();
      try {
        if (statement !== '') await this.#run(new Tokens(statement));
      } catch (error) {
        throw new Error(`line ${index + 1}: ${error.message}`);
      }
    }
  }

  async #run(tokens) {
    if (tokens.skip('print')) this.#print(this.#values(tokens).map(String).join(' '));
    else if (tokens.skip('until')) await this.#until(tokens);
    else if (tokens.skip('on')) this.#listen(tokens);
    else {
      tokens.skip('var');
      const name = tokens.nameBefore('=');
      const value = this.#value(tokens);
      if (name !== null) this.#variables.set(name, value);
    }
  }

  /** until VALUE == VALUE: STATEMENT */
  async #until(tokens) {
    const start = tokens.at;
    for (;;) {
      tokens.at = start;
      const left = this.#value(tokens);
      tokens.expect('==');
      if (left === this.#value(tokens)) return;
      tokens.expect(':');
      await this.#run(tokens);
      await nextTurn();
    }
  }

  /** on OBJECT.SIGNAL: STATEMENT */
  #listen(tokens) {
    const object = this.#variables.get(tokens.name());
    tokens.expect('.');
    const signal = tokens.name();
    tokens.expect(':');
    const start = tokens.at;
    const { creation } = this.#classes.get(this.#classOf.get(object));
    creation.connect_signal_func(object, signal, () => {
      tokens.at = start;
      void this.#run(tokens);
    });
  }

  #values(tokens) {
    const values = [];
    while (!tokens.isOver && !tokens.sees(')')) {
      values.push(this.#value(tokens));
      if (!tokens.skip(',')) break;
    }
    return values;
  }

  #value(tokens) {
    const literal = tokens.literal();
    if (literal !== undefined) return literal;
    const name = tokens.name();
    if (tokens.skip('(')) return this.#builtIn(name, this.#arguments(tokens));
    let value = this.#variables.get(name);
    let className = this.#classes.has(name) ? name : null;
    while (tokens.skip('.')) {
      const member = tokens.name();
      if (tokens.skip('(')) value = this.#call(className, value, member, this.#arguments(tokens));
      else value = this.#constant(className, member);
      className = null;
    }
    return value;
  }

  #arguments(tokens) {
    const values = this.#values(tokens);
    tokens.expect(')');
    return values;
  }

  #builtIn(name, args) {
    if (name === 'join') return args.join('');
    if (name === 'text') return new TextDecoder().decode(args[0]);
    throw new Error(`there is no function ${name}`);
  }

  /** Looks in the class and in those above it. */
  #find(className, look) {
    for (let name = className; this.#classes.has(name); name = this.#classes.get(name).parent) {
      const found = look(this.#classes.get(name));
      if (found !== undefined) return found;
    }
    throw new Error(`${className} has no such member`);
  }

  #constant(className, name) {
    return this.#find(className, ({ constants }) => constants.get(name));
  }

  #call(className, object, method, args) {
    if (className !== null && method === 'new') return this.#make(className);
    const owner = className ?? this.#classOf.get(object) ?? this.#adopt(object);
    const { call_func, method_userdata } = this.#find(owner, ({ methods }) => methods.get(method));
    const { return_value, error } = call_func(method_userdata, object ?? null, args);
    if (error.error !== 0) throw new Error(`${owner}.${method}: call error ${JSON.stringify(error)}`);
    return return_value;
  }

  #make(className) {
    const { creation } = this.#classes.get(className);
    const object = creation.create_instance_func(creation.class_userdata);
    if (object === null) throw new Error(`${className} is abstract`);
    this.#classOf.set(object, className);
    return object;
  }

  /** An object that a method has returned says itself what it is. */
  #adopt(object) {
    const { call_func } = this.#classes.get('Object').methods.get('get_class');
    const className = call_func('get_class', object, []).return_value;
    this.#classOf.set(object, className);
    return className;
  }
}

/** One statement, piece by piece. */
class Tokens {
  #tokens = [];
  at = 0;

  constructor(statement) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < statement.length) {
      const start = TOKEN.lastIndex;
      const found = TOKEN.exec(statement);
      if (found === null) throw new Error(`what is "${statement.slice(start)}"?`);
      this.#tokens.push(found[0].trim());
    }
  }

  get isOver() {
    return this.at >= this.#tokens.length;
  }

  sees(token) {
    return this.#tokens[this.at] === token;
  }

  skip(token) {
    if (!this.sees(token)) return false;
    this.at += 1;
    return true;
  }

  expect(token) {
    if (!this.skip(token)) throw new Error(`expected ${token}, got ${this.#tokens[this.at] ?? 'the end'}`);
  }

  name() {
    const token = this.#tokens[this.at] ?? '';
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`expected a name, got ${token || 'the end'}`);
    this.at += 1;
    return token;
  }

  /** The name that is to be set, when there is one. */
  nameBefore(token) {
    if (this.#tokens[this.at + 1] !== token) return null;
    const name = this.name();
    this.expect(token);
    return name;
  }

  /** undefined when there is none. */
  literal() {
    const token = this.#tokens[this.at] ?? '';
    const constants = { true: true, false: false, null: null };
    const isConstant = Object.hasOwn(constants, token);
    if (!isConstant && !/^["\d-]/.test(token)) return undefined;
    this.at += 1;
    return isConstant ? constants[token] : JSON.parse(token);
  }
}
