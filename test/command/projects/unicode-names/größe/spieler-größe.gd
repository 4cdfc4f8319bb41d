extends Node
@rpc("any_peer") func ünder(größe: int): pass
@rpc("any_peer") func zeta(): pass
@rpc("any_peer") func Zeta(): pass
@rpc("any_peer") func 名前(名: String = "名 \u00e9 \"x\""): pass
@rpc func _éa(): pass
@rpc func delete(new, class_: int = 1): pass
@rpc func connected(): pass
@export var ähre := "line\nbreak 'quoted' \\"
