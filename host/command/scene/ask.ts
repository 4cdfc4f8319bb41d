// The program that asks the engine about a project, in GDScript: it runs in the project as the engine's main loop,
// and writes what it has heard to a file, as JSON in the form of `Project` (project.ts).

/** Names of the variables of the environment that it reads: the file for its answer. */
export const ANSWER_FILE = 'WEBSOCKETPEER_SCENE_ANSWER';

export const ASK = `extends SceneTree

const NODES_OF_NETWORK := ["MultiplayerSpawner", "MultiplayerSynchronizer"]
const LONGEST_VALUE := 20000

var answer := {"scripts": {}, "scenes": {}, "natives": {}, "autoloads": [], "problems": []}
var replicated := {}
var types := {}

func _initialize() -> void:
	for node in root.get_children(): node.free() # autoloads, which would start to run
	answer["engine"] = Engine.get_version_info()["string"]
	answer["name"] = ProjectSettings.get_setting("application/config/name", "")
	answer["mainScene"] = _path(ProjectSettings.get_setting("application/run/main_scene", ""))
	ResourceLoader.set_abort_on_missing_resources(false)
	_walk("res://")
	_autoloads()
	for type in types: _native(type)
	var file := FileAccess.open(OS.get_environment("${ANSWER_FILE}"), FileAccess.WRITE)
	file.store_string(JSON.stringify(answer, "", false))
	file.close()
	quit()

func _problem(path: String, text: String) -> void:
	answer["problems"].append({"file": path, "line": 0, "text": text})

func _path(path: String) -> String:
	if not path.begins_with("uid://"): return path
	var id := ResourceUID.text_to_id(path)
	return ResourceUID.get_id_path(id) if ResourceUID.has_id(id) else path

func _autoloads() -> void:
	for setting in ProjectSettings.get_property_list():
		if setting["name"].begins_with("autoload/"):
			var path: String = ProjectSettings.get_setting(setting["name"])
			answer["autoloads"].append({"name": setting["name"].get_slice("/", 1), "path": _path(path.trim_prefix("*"))})

func _walk(folder: String) -> void:
	if FileAccess.file_exists(folder.path_join(".gdignore")): return
	var names := Array(DirAccess.get_files_at(folder))
	names.sort()
	for file in names:
		var path := folder.path_join(file)
		match file.get_extension():
			"gd": _load_script(path)
			"cs": _problem(path, "a script in C#, which is not read")
			"tscn", "scn": _scene(path)
	var folders := Array(DirAccess.get_directories_at(folder))
	folders.sort()
	for below in folders:
		if not below.begins_with("."): _walk(folder.path_join(below))

func _load_script(path: String) -> void:
	var script = load(path)
	if script is Script and (script.can_instantiate() or script.is_abstract()): _script(script, path)
	else: _problem(path, "the engine can't load the script")

func _script(script: Script, path: String) -> void:
	if answer["scripts"].has(path): return
	var base_type := script.get_instance_base_type()
	if base_type != "Node" and not ClassDB.is_parent_class(base_type, "Node"): return
	types[base_type] = true
	var base := script.get_base_script()
	var about := {"className": script.get_global_name(), "base": "", "type": base_type, "rpcs": {}, "methods": {}, "properties": {}}
	answer["scripts"][path] = about
	if base:
		about["base"] = _key(base)
		_script(base, about["base"])
	var configs = script.get_rpc_config()
	if configs is Dictionary:
		for name in configs: about["rpcs"][name] = {"mode": configs[name].get("rpc_mode", 2), "callLocal": configs[name].get("call_local", false), "transferMode": configs[name].get("transfer_mode", 2), "channel": configs[name].get("channel", 0)}
	for method in script.get_script_method_list():
		if about["rpcs"].has(method["name"]) and not about["methods"].has(method["name"]): about["methods"][method["name"]] = _method(method)
	for property in script.get_script_property_list():
		if property["usage"] & PROPERTY_USAGE_SCRIPT_VARIABLE: about["properties"][property["name"]] = {"type": _type(property), "isExported": property["usage"] & PROPERTY_USAGE_EDITOR != 0, "value": _text(script.get_property_default_value(property["name"]))}
	var constants := script.get_script_constant_map()
	for name in constants:
		if constants[name] is Script and constants[name].resource_path == "": _inner(constants[name], path + "::" + name)

# Inner classes have no path of their own: they are known by the objects.
var inner := {}
func _inner(script: Script, path: String) -> void:
	if inner.has(script): return
	inner[script] = path
	_script(script, path)

func _key(script: Script) -> String:
	if script.resource_path != "": return script.resource_path
	if not inner.has(script): inner[script] = "inner class %d" % inner.size()
	return inner[script]

func _method(method: Dictionary) -> Dictionary:
	var required: int = method["args"].size() - method["default_args"].size()
	var args := []
	for i in method["args"].size(): args.append({"name": method["args"][i]["name"], "type": _type(method["args"][i]), "isOptional": i >= required})
	return {"arguments": args, "isVararg": method["flags"] & METHOD_FLAG_VARARG != 0}

func _type(info: Dictionary) -> String:
	var hint: String = info["hint_string"]
	match int(info["type"]):
		TYPE_NIL: return "Variant"
		TYPE_OBJECT: return info["class_name"] if info["class_name"] != "" else "Object"
		TYPE_ARRAY: return "Array[%s]" % _element(hint, info["hint"]) if hint != "" else "Array"
		TYPE_DICTIONARY: return "Dictionary[%s, %s]" % [_element(hint.get_slice(";", 0), info["hint"]), _element(hint.get_slice(";", 1), info["hint"])] if hint.contains(";") else "Dictionary"
	return type_string(info["type"])

# "int" of a parameter, "2:" or "2/1:hint" of an exported property.
func _element(hint: String, kind: int) -> String:
	if kind != PROPERTY_HINT_TYPE_STRING: return hint
	var number := hint.get_slice(":", 0).get_slice("/", 0)
	if not number.is_valid_int(): return hint
	return "Variant" if int(number) == TYPE_NIL else "Object" if int(number) == TYPE_OBJECT else type_string(int(number))

# What can't be said in a text is "null".
func _text(value: Variant) -> String:
	if value is Object or value is Callable or value is Signal: return "null"
	var text := var_to_str(value)
	return text if text.length() <= LONGEST_VALUE else "null"

func _scene(path: String) -> void:
	var scene = load(path)
	if scene is PackedScene and scene.can_instantiate(): answer["scenes"][path] = _nodes(scene.get_state(), path)
	else: _problem(path, "the engine can't load the scene")

func _nodes(state: SceneState, path: String) -> Array:
	var nodes := []
	for i in state.get_node_count():
		var node := {"path": str(state.get_node_path(i)), "type": str(state.get_node_type(i)), "index": state.get_node_index(i), "scene": "", "script": null, "config": null, "properties": {}}
		node["name"] = str(state.get_node_name(i))
		if node["type"] != "": types[node["type"]] = true
		var instance = state.get_node_instance(i)
		if instance: node["scene"] = instance.resource_path
		elif state.is_node_instance_placeholder(i): node["scene"] = _path(state.get_node_instance_placeholder(i))
		for p in state.get_node_property_count(i): _property(node, str(state.get_node_property_name(i, p)), state.get_node_property_value(i, p), path)
		nodes.append(node)
	return nodes

func _property(node: Dictionary, name: String, value: Variant, path: String) -> void:
	if name == "script":
		node["script"] = _key(value) if value is Script else ""
		if value is Script and not answer["scripts"].has(node["script"]): _script(value, node["script"])
	elif value is SceneReplicationConfig: node["config"] = _config(value)
	elif name == "_spawnable_scenes": node["spawnable"] = Array(value).map(_path)
	elif not value is Object: node["properties"][name] = _text(value)

func _config(config: SceneReplicationConfig) -> Array:
	for path in config.get_properties(): replicated[path.get_subname(0)] = true
	return config.get_properties().map(func(path): return {"path": str(path), "spawn": config.property_get_spawn(path), "mode": config.property_get_replication_mode(path)})

func _native(type: String) -> void:
	var about := {}
	for property in ClassDB.class_get_property_list(type):
		if replicated.has(property["name"]): about[property["name"]] = {"type": _type(property), "isExported": true, "value": _text(ClassDB.class_get_property_default_value(type, property["name"]))}
	answer["natives"][type] = about
`;
