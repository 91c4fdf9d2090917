package schema

import (
	"reflect"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// decoder turns parsed files into a Site. It first fills the structs from the
// tables, then runs what had to wait for all names to be known, phase by phase.
type decoder struct {
	site    *Site
	sources *Sources
	files   []*sourceFile
	names   *names
	// reading holds the files that include the one being read.
	reading map[string]bool
	eval    *evaluator
	diags   Diagnostics

	later [phases][]func()
	// written holds where each attribute of a struct is written: by the
	// struct's pointer, then by the attribute's name.
	written map[any]map[string]hcl.Range
	// labels holds where the label of a struct's block is written.
	labels map[any]hcl.Range
	// keys puts included files in the order in which they are read.
	keys       map[string][]int
	brokenOnes map[any]bool
	// tops are the attributes outside of blocks, where they are written.
	tops map[string]hcl.Range
	// modelBlocks are the model blocks of the files by name, inheriting the bases
	// that each model's blocks were taken from, orders the order it takes over.
	modelBlocks map[string]*hcl.Block
	inheriting  map[*Model][]string
	orders      map[*Model]func()
	// goes and captures are what later checks look at.
	goes     []*goUse
	packages map[string]*goPackage
	captures []captureUse
	userUses []userUse
	// refersToUser says that something names model.user.
	refersToUser bool
}

// phase is when work that needs other blocks is done.
type phase int

const (
	resolveReferences phase = iota // view.home, model.post
	resolveFields                  // fields, ordering, select_related
	resolveConditions              // where, set
	phases
)

// scope is one block being decoded.
type scope struct {
	parent *scope
	table  *block
	// owner points at the struct.
	owner any
	label string
	decl  hcl.Range
	// alias is what conditions beneath call the model, where it is not its name.
	alias string
	// label's place; the zero range without one.
	labelRange hcl.Range
	// blocks are the nested blocks, by type, as declared.
	blocks map[string][]hcl.Range
}

// use is one attribute being decoded.
type use struct {
	*scope
	attr *attr
	expr hclsyntax.Expression
	// json says that strings may stand for expressions.
	json bool
	// set says that the site file writes the attribute.
	set bool
	// at is the place that values carry: the expression, or the block for a default.
	at     hcl.Range
	name   hcl.Range
	target reflect.Value
	// key is that of the row, in a map.
	key string
}

func (d *decoder) report(x Diagnostic) { d.diags = append(d.diags, x) }

func (d *decoder) reportHCL(diags hcl.Diagnostics) {
	for _, x := range diags {
		d.report(fromHCL(x))
	}
}

func (d *decoder) wait(p phase, f func()) { d.later[p] = append(d.later[p], f) }

// resolve runs what was put off. A phase may put more off to later phases.
func (d *decoder) resolve() {
	for p := range d.later {
		for _, f := range d.later[p] {
			f()
		}
		if phase(p) == resolveReferences {
			d.relations()
		}
	}
}

// attrRange is where an attribute of a struct is written; the struct's own
// declaration when it is not.
func (d *decoder) attrRange(owner any, name string, otherwise hcl.Range) hcl.Range {
	if rng, ok := d.written[owner][name]; ok {
		return rng
	}
	return otherwise
}

// isWritten reports whether the site file writes the attribute.
func (d *decoder) isWritten(owner any, name string) bool {
	_, ok := d.written[owner][name]
	return ok
}

// block decodes one block into the parent's struct.
func (d *decoder) block(b *hcl.Block, table *block, parent *scope) {
	s := &scope{parent: parent, table: table, decl: declRange(b), blocks: map[string][]hcl.Range{}}
	into := reflect.ValueOf(parent.owner).Elem()
	if !table.Inline {
		into = reflect.New(table.Into).Elem()
	}
	s.owner = into.Addr().Interface()
	name := ""
	if f := into.FieldByName("DeclRange"); f.IsValid() {
		f.Set(reflect.ValueOf(s.decl))
	}
	if table.Label != "" && len(b.Labels) > 0 {
		s.label, s.labelRange = b.Labels[0], b.LabelRanges[0]
		name = s.label
		into.FieldByName(table.LabelInto).SetString(s.label)
		d.labels[s.owner] = s.labelRange
		if table.Label == "name" {
			if x := checkName(table.Type, s.label, s.labelRange); x != nil {
				d.report(*x)
				name = snake(name) // what references to it are written like
			}
		}
	}
	if table.Kind != "" {
		d.names.declare(d, table.Kind, name, s.decl, s.owner)
	}
	d.body(b.Body, s)
	if table.Check != nil {
		table.Check(d, s)
	}
	if !table.Inline {
		d.attach(parent, table, s.owner)
	}
}

// attach puts a finished struct into its parent's field.
func (d *decoder) attach(parent *scope, table *block, owner any) {
	field := reflect.ValueOf(parent.owner).Elem().FieldByName(table.field())
	if field.Kind() == reflect.Slice {
		field.Set(reflect.Append(field, reflect.ValueOf(owner)))
		return
	}
	if field.IsNil() {
		field.Set(reflect.ValueOf(owner))
	}
}

// body decodes what stands between a block's braces: attributes in the
// table's order, then blocks in the file's.
func (d *decoder) body(body hcl.Body, s *scope) {
	content := d.content(body, s)
	for _, a := range s.table.Attrs {
		d.attribute(content.Attributes[a.Name], a, s)
	}
	for _, b := range content.Blocks {
		d.nested(b, s.table.block(b.Type), s)
	}
	for _, c := range s.table.Blocks {
		if c.Required && len(s.blocks[c.Type]) == 0 {
			d.report(missingBlock(s, c))
		}
	}
}

// nested decodes a block if it may stand where it stands.
func (d *decoder) nested(b *hcl.Block, table *block, s *scope) {
	decl := declRange(b)
	if before := s.blocks[table.Type]; table.Once && len(before) > 0 {
		d.report(saidTwice("block", table.Type, decl, before[0]))
		return
	}
	s.blocks[table.Type] = append(s.blocks[table.Type], decl)
	d.block(b, table, s)
}

// attribute decodes one attribute, or its default where it is not written.
func (d *decoder) attribute(written *hcl.Attribute, a *attr, s *scope) {
	u := &use{scope: s, attr: a, target: reflect.ValueOf(s.owner).Elem().FieldByName(a.field())}
	var expr hcl.Expression
	if written != nil {
		u.set, u.name, u.at, expr = true, written.NameRange, written.Expr.Range(), written.Expr
		u.json = isJSON(expr)
		symbolic := a.Type.symbolic()
		e, diags := native(expr, symbolic)
		d.reportHCL(diags)
		if diags.HasErrors() || e == nil {
			return
		}
		if !isNull(e) {
			d.markWritten(s.owner, a.Name, u.at)
			d.noteSetting(s, a, u.at, true)
			u.expr = e
			a.Type.decode(d, u)
			return
		}
		u.set = false
	}
	u.at, u.name = s.decl, s.decl
	switch {
	case a.Required:
		d.report(missingAttribute(s, a))
	case a.Default != "":
		d.noteSetting(s, a, hcl.Range{}, false)
		u.expr = a.defaultExpr()
		a.Type.decode(d, u)
	}
}

func (d *decoder) markWritten(owner any, name string, at hcl.Range) {
	if d.written[owner] == nil {
		d.written[owner] = map[string]hcl.Range{}
	}
	d.written[owner][name] = at
}

// defaultExpr is the table's default, parsed.
func (a *attr) defaultExpr() hclsyntax.Expression {
	if a.standard == nil {
		e, diags := hclsyntax.ParseExpression([]byte(a.Default), "default", hcl.InitialPos)
		if diags.HasErrors() {
			panic("stackgen: unreachable: default of " + a.Name + ": " + diags.Error())
		}
		a.standard = e
	}
	return a.standard.(hclsyntax.Expression)
}

// content splits a body by the table and reports what the table does not know.
func (d *decoder) content(body hcl.Body, s *scope) *hcl.BodyContent {
	content, diags := body.Content(s.table.schema())
	for _, x := range diags {
		if !reportedByUs(x, body) {
			d.report(fromHCL(x))
		}
	}
	if n, ok := body.(*hclsyntax.Body); ok {
		d.checkNativeNames(n, s)
	} else {
		d.checkJSONNames(body, s)
	}
	sort.SliceStable(content.Blocks, func(i, j int) bool {
		return declRange(content.Blocks[i]).Start.Byte < declRange(content.Blocks[j]).Start.Byte
	})
	return content
}

// reportedByUs reports whether checkNativeNames and checkJSONNames say the
// same in better words and in a fixed order.
func reportedByUs(x *hcl.Diagnostic, body hcl.Body) bool {
	if _, ok := body.(*hclsyntax.Body); ok {
		return true
	}
	return x.Summary == "Extraneous JSON object property"
}

func (d *decoder) checkNativeNames(body *hclsyntax.Body, s *scope) {
	for name, a := range body.Attributes {
		if s.table.attr(name) == nil {
			d.report(unknownAttribute(s, name, a.NameRange))
		}
	}
	for _, b := range body.Blocks {
		c := s.table.block(b.Type)
		switch {
		case c == nil:
			d.report(unknownBlock(s, b.Type, b.TypeRange))
		case c.Label == "" && len(b.Labels) > 0:
			d.report(labelUnwanted(c, b.LabelRanges[0]))
		case c.Label != "" && len(b.Labels) == 0:
			d.report(labelMissing(c, b.TypeRange))
		case len(b.Labels) > 1:
			d.report(labelUnwanted(c, b.LabelRanges[1]))
		default:
			continue
		}
		d.broken(s.owner)
	}
}

func (d *decoder) checkJSONNames(body hcl.Body, s *scope) {
	all, diags := body.JustAttributes()
	if diags.HasErrors() {
		return
	}
	for name, a := range all {
		if s.table.attr(name) == nil && s.table.block(name) == nil {
			d.report(unknownAttribute(s, name, a.NameRange))
		}
	}
}

// declRange is the place that stands for a block: its header.
func declRange(b *hcl.Block) hcl.Range {
	if _, ok := b.Body.(*hclsyntax.Body); ok {
		return b.DefRange
	}
	if len(b.LabelRanges) > 0 {
		return b.LabelRanges[0]
	}
	return b.TypeRange
}
