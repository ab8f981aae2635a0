"""An active value is serialised and read back."""
import json


def program(x):
    return json.loads(json.dumps(x * x)) * x


inputs = [(1.5,)]
wrt = (0,)
refused_message = r"json|dumps|loads"
