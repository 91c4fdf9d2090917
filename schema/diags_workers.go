package schema

import "github.com/hashicorp/hcl/v2"

func jitterAlone(limit string, at hcl.Range) Diagnostic {
	return errorAt(at, "Jitter without a limit", "This is added to %s at random, which is not written. Write %s too, or leave this out.", limit, limit)
}

func notOctal(text string) *problem {
	return &problem{"Not a file mode", text + ` is not octal. Write three or four digits from 0 to 7, such as "027".`}
}

func socketAttribute(name, address string, at hcl.Range) Diagnostic {
	return errorAt(at, "File attribute of a listener that is no file", "The attribute %s is for unix sockets, and %q is an address of the network. Leave it out.", name, address)
}
