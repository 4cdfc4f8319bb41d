// Conversion of TypeScript's types to Godot's: of annotations, initializers and constants in class sources.
import ts from 'typescript';
import { complain, godotName, tagsOf } from './class-sources.mjs';

const INTS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'];

/** By the name of a type reference; the numbers are those of host/binding/types.ts. */
const BY_NAME = new Map([
  ['int', { type: 'int' }],
  ...INTS.map((name) => [name, { type: 'int', meta: name }]),
  ['float', { type: 'float', meta: 'float' }],
  ['double', { type: 'float', meta: 'double' }],
  ['GodotError', { type: 'enum::Error' }],
  ['Bytes', { type: 'PackedByteArray' }],
  ['OwnBytes', { type: 'PackedByteArray' }],
  ['Uint8Array', { type: 'PackedByteArray' }],
  ['Int32Array', { type: 'PackedInt32Array' }],
  ['BigInt64Array', { type: 'PackedInt64Array' }],
  ['Float32Array', { type: 'PackedFloat32Array' }],
  ['Float64Array', { type: 'PackedFloat64Array' }],
  ['Callable', { type: 'Callable' }],
  ['StringName', { type: 'StringName' }],
  ['NodePath', { type: 'NodePath' }],
  ['Dictionary', { type: 'Dictionary' }],
  ['Map', { type: 'Dictionary' }],
  ['ReadonlyMap', { type: 'Dictionary' }],
  ['Record', { type: 'Dictionary' }],
  ['Array', { type: 'Array' }],
  ['ReadonlyArray', { type: 'Array' }],
  ['Iterable', { type: 'Array' }],
]);

const BY_KEYWORD = new Map([
  [ts.SyntaxKind.VoidKeyword, { type: 'void' }],
  [ts.SyntaxKind.BooleanKeyword, { type: 'bool' }],
  [ts.SyntaxKind.StringKeyword, { type: 'String' }],
  [ts.SyntaxKind.UnknownKeyword, { type: 'Variant' }],
]);

const NUMBER = 'says "number"; say which of host/binding/types.ts it is (int, int32, float, ...) or name its enum';

/** Looks types and values up for the classes of `program`. */
export class TypeReader {
  #checker;
  #classes;

  constructor(program, classes) {
    this.#checker = program.getTypeChecker();
    this.#classes = new Map(classes.map((entry) => [entry.jsName, entry]));
  }

  /** Godot's type of an annotation within the class `owner`. `lenient`: a type without a Godot name is a Variant. */
  typeOf(node, owner, lenient) {
    const found = this.#find(node, owner);
    if (found !== null) return found;
    if (lenient && node.kind !== ts.SyntaxKind.NumberKeyword) return { type: 'Variant' };
    if (node.kind === ts.SyntaxKind.NumberKeyword) throw complain(node, NUMBER);
    throw complain(node, `the type "${node.getText()}" is none of Godot's; mend it, or tag the member @addition`);
  }

  /** Godot's type by its name in host/binding/types.ts. */
  typeNamed(name) {
    return BY_NAME.get(name);
  }

  #find(node, owner) {
    const keyword = BY_KEYWORD.get(node.kind);
    if (keyword !== undefined) return keyword;
    if (ts.isParenthesizedTypeNode(node)) return this.#find(node.type, owner);
    if (ts.isTypeOperatorNode(node)) return this.#find(node.type, owner);
    if (ts.isThisTypeNode(node)) return { type: owner.name };
    if (ts.isTupleTypeNode(node)) return { type: 'Array' };
    if (ts.isFunctionTypeNode(node)) return { type: 'Callable' };
    if (ts.isArrayTypeNode(node)) return this.#arrayOf(node.elementType, owner);
    if (ts.isUnionTypeNode(node)) return this.#unionOf(node, owner);
    return ts.isTypeReferenceNode(node) ? this.#named(node, owner) : null;
  }

  #arrayOf(element, owner) {
    if (element.kind === ts.SyntaxKind.StringKeyword) return { type: 'PackedStringArray' };
    const of = this.#find(element, owner)?.type;
    const isTyped = of !== undefined && (of === 'Dictionary' || of === 'StringName' || this.#isClass(of));
    return { type: isTyped ? `typedarray::${of}` : 'Array' };
  }

  /** Drops null, which every object type of Godot includes, and bigint, which stands for an int. */
  #unionOf(node, owner) {
    const parts = node.types.filter((part) => !isNothing(part) && part.kind !== ts.SyntaxKind.BigIntKeyword);
    return parts.length === 1 ? this.#find(parts[0], owner) : null;
  }

  #named(node, owner) {
    if (ts.isQualifiedName(node.typeName)) {
      const holder = this.#classes.get(node.typeName.left.getText());
      return holder === undefined ? null : { type: `enum::${holder.name}.${node.typeName.right.text}` };
    }
    const name = node.typeName.text;
    const known = BY_NAME.get(name);
    if (known?.type === 'Array' && node.typeArguments?.length === 1) return this.#arrayOf(node.typeArguments[0], owner);
    if (known !== undefined) return known;
    if (this.#classes.has(name)) return { type: godotName(name) };
    return this.#declared(this.#declarationOf(node.typeName), owner);
  }

  /** Godot's type of an alias or an interface of the sources; the tag `@godotType` names it. */
  #declared(node, owner) {
    if (node === null) return null;
    const tagged = tagsOf(node).get('godotType');
    if (tagged) return { type: tagged };
    if (!ts.isTypeAliasDeclaration(node)) return null;
    const holder = this.#enumHolder(node.name.text, node, owner);
    return holder === null ? this.#find(node.type, owner) : { type: `enum::${holder.name}.${node.name.text}` };
  }

  /** The declaration of the interface that `node` names. */
  interfaceOf(node) {
    return this.#declarationOf(node.typeName);
  }

  #isClass(name) {
    return [...this.#classes.values()].some((entry) => entry.name === name);
  }

  #declarationOf(name) {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol === undefined) return null;
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    const isType = (node) => ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node);
    return target.declarations?.find(isType) ?? null;
  }

  /** The class whose enum the type alias `name` stands for: one in the alias' file, else the owner or one above. */
  #enumHolder(name, alias, owner) {
    const beside = [...this.#classes.values()].filter((entry) => isDeclaredIn(entry, alias.getSourceFile()));
    const above = [];
    for (let entry = owner; entry !== null; entry = entry.inherits) above.push(entry);
    return [...beside, ...above].find((entry) => hasStatic(entry, name)) ?? null;
  }

  /** Godot's type of a parameter, or of a property that is declared with a value. */
  typeOfDeclaration(node, owner, lenient) {
    if (node.type !== undefined) return this.typeOf(node.type, owner, lenient);
    const value = node.initializer === undefined ? undefined : this.valueOf(node.initializer);
    if (typeof value === 'boolean') return { type: 'bool' };
    if (typeof value === 'string') return { type: 'String' };
    throw complain(node, `"${node.name.getText()}" needs a type that says what it is to Godot`);
  }

  /** The value of a constant expression; undefined when it is none. */
  valueOf(node) {
    if (node.kind === ts.SyntaxKind.NullKeyword) return null;
    if (ts.isArrayLiteralExpression(node) && node.elements.length === 0) return [];
    return this.#literal(this.#checker.getTypeAtLocation(node));
  }

  #literal(type) {
    if (type.isNumberLiteral() || type.isStringLiteral()) return type.value;
    if (type.flags & ts.TypeFlags.BooleanLiteral) return this.#checker.typeToString(type) === 'true';
    return undefined;
  }

  /** The number that a static member is, or the names and numbers of a group; undefined when it is neither. */
  constantOf(member) {
    const type = this.#checker.getTypeAtLocation(member.name);
    if (type.isNumberLiteral()) return type.value;
    const entries = type.getProperties().map((property) => {
      const value = this.#literal(this.#checker.getTypeOfSymbolAtLocation(property, member));
      return [property.name, value];
    });
    const isGroup = entries.length > 0 && entries.every(([, value]) => typeof value === 'number');
    return isGroup ? Object.fromEntries(entries) : undefined;
  }
}

function isNothing(node) {
  if (node.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

const isDeclaredIn = ({ parts }, source) => parts.some((part) => part.getSourceFile() === source);

function hasStatic({ parts }, name) {
  return parts.some((part) => part.members.some((member) => isStaticNamed(member, name)));
}

function isStaticNamed(member, name) {
  const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  return isStatic && member.name?.getText() === name;
}
