// Records of these prefixes that are not WebSocketPeer's own business, and whose it is.

const VARIANT = 'encodes or decodes a Variant';

export const ELSEWHERE: Readonly<Record<string, string>> = {
  'put_var.too_big_closed': VARIANT,
  'open.get_var_empty': VARIANT,
  'open.err_after_get_var': VARIANT,
  'open.was_string4': VARIANT,
  'open.get_var.02000000': VARIANT,
  'open.get_var.0200000005000000': VARIANT,
  'open.get_var.0200000005000000070707': VARIANT,
  'open.get_var.fa000000': VARIANT,
  'open.get_var.01': VARIANT,
  'open.get_var.1800000000000000': VARIANT,
  'open.put_var_too_big': VARIANT,
  'open.put_var_1017': VARIANT,
  'send.put_var_null': VARIANT,
  'send.put_var_int': VARIANT,
  'send.put_var_object': VARIANT,
  'send.put_var_object_full': VARIANT,
};
