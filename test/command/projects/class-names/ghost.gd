extends "units/heavy.gd"
@rpc("any_peer") func fade(to: Color, by: Unit): pass
