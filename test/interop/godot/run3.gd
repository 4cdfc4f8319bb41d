# Puts a node with the script of `--node=PATH` into an empty tree, as a scene in a game would have it.
extends SceneTree


func _init():
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--node="):
			var node = load(argument.trim_prefix("--node=")).new()
			root.call_deferred("add_child", node)
