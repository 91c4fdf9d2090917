package generator

import "stackgen.dev/generator/emit"

func (p *project) dynamicTemplates() []string { return nil }

func (p *project) compileTemplates() []*emit.File { return nil }
