package generator

import (
	"time"

	"stackgen.dev/schema"
)

// logRules are the fields of a proxy.LogRules, none without a log block that says anything.
func logRules(l *schema.Log) fields {
	var fs fields
	if l == nil {
		return fs
	}
	fs.addIf(len(l.Format.Parts) > 0, "Template", requestTemplate(l.Format))
	if l.When.Op != "" {
		fs.add("When", condition(l.When))
	}
	fs.addIf(differs(l.Percent, 100), "Percent", num(l.Percent))
	fs.addIf(len(l.Secrets) > 0, "Secrets", strs(texts(l.Secrets)))
	fs.addIf(differs(l.Buffer, 32<<10), "Buffer", size(l.Buffer))
	fs.addIf(differs(l.Flush, time.Second), "Flush", duration(l.Flush))
	return fs
}
