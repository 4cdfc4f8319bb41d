extends SceneTree
# A server that has a node for each script of the project with callable methods, and calls one of them at each peer
# that comes: the packets before the calls carry the checksums. Prints "script NAME KEY" for each node.

var nodes := []

func _initialize() -> void:
	for node in root.get_children(): node.free() # autoloads
	_walk("res://")
	var peer := WebSocketMultiplayerPeer.new()
	peer.create_server(int(OS.get_cmdline_user_args()[0]), "127.0.0.1")
	get_multiplayer().multiplayer_peer = peer
	get_multiplayer().peer_connected.connect(_greet)
	print("listening")

func _walk(folder: String) -> void:
	for file in DirAccess.get_files_at(folder):
		if file.get_extension() == "gd": _script(load(folder.path_join(file)), folder.path_join(file))
		if file.get_extension() == "tscn": _built_in(load(folder.path_join(file)).get_state())
	for below in DirAccess.get_directories_at(folder):
		if not below.begins_with("."): _walk(folder.path_join(below))

# Scripts that are parts of scenes.
func _built_in(state: SceneState) -> void:
	for i in state.get_node_count():
		for p in state.get_node_property_count(i):
			var value = state.get_node_property_value(i, p)
			if value is GDScript and value.resource_path.contains("::"): _script(value, value.resource_path)

func _script(script: GDScript, key: String) -> void:
	var constants := script.get_script_constant_map()
	for name in constants:
		if constants[name] is GDScript and constants[name].resource_path == "": _script(constants[name], key + "::" + name)
	if script.get_rpc_config().is_empty() or not ClassDB.is_parent_class(script.get_instance_base_type(), "Node"): return
	var node: Node = ClassDB.instantiate(script.get_instance_base_type())
	node.set_script(script)
	node.name = "N%d" % nodes.size()
	nodes.append(node)
	root.add_child(node)
	print("script ", node.name, " ", key)

func _greet(id: int) -> void:
	for node in nodes:
		var config: Dictionary = node.get_script().get_rpc_config()
		var method: StringName = config.keys()[0]
		var count: int = node.get_script().get_script_method_list().filter(func(m): return m.name == method)[0].args.size()
		var args := []
		for i in count: args.append(null)
		node.callv("rpc_id", [id, method] + args)
	get_multiplayer().send_bytes("end".to_utf8_buffer(), id)
