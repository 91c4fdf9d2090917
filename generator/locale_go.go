package generator

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"

	"stackgen.dev/generator/messages"
)

// goTexts says which arguments of a call are what, for the functions of
// runtime/web by which Go code asks for texts (xgettext's keywords). -1 is none.
var goTexts = map[string]struct {
	context, text, plural int
	// single says that the percent signs of the text are not doubled.
	single bool
}{
	"Gettext":       {-1, 0, -1, true},
	"GettextNoop":   {-1, 0, -1, true},
	"Pgettext":      {0, 1, -1, true},
	"GettextFormat": {-1, 0, -1, false},
	"Ngettext":      {-1, 0, 1, false},
	"Npgettext":     {0, 1, 2, false},
}

// goMessages are the texts to translate in the user's Go: those that stand in a
// call as they are. A comment in the line, or one that ends in the line above,
// goes to translators where it begins with "Translators".
func (p *project) goMessages() []messages.Used {
	var used []messages.Used
	p.eachGoFile(func(name string, files *token.FileSet, file *ast.File) {
		comments := translatorComments(files, file)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fn, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at, ok := goTexts[fn.Sel.Name]
			if !ok {
				return true
			}
			text := func(i int) (string, bool) {
				if i < 0 {
					return "", true
				}
				if i >= len(call.Args) {
					return "", false
				}
				return goString(call.Args[i])
			}
			context, ok1 := text(at.context)
			message, ok2 := text(at.text)
			plural, ok3 := text(at.plural)
			if !ok1 || !ok2 || !ok3 || message == "" {
				return true
			}
			if at.single {
				message = strings.ReplaceAll(message, "%", "%%")
			}
			line := files.Position(call.Args[at.text].Pos()).Line
			comment := comments[line]
			if comment == "" {
				comment = comments[files.Position(call.Pos()).Line]
			}
			used = append(used, messages.Used{Context: context, Text: message, Plural: plural, Comment: comment, Place: fmt.Sprintf("%s:%d", name, line)})
			return true
		})
	})
	return used
}

// translatorComments are a file's comments for translators, by the lines that they
// are about: their own where code stands before them, else the next.
func translatorComments(files *token.FileSet, file *ast.File) map[int]string {
	all := map[int]string{}
	for _, group := range file.Comments {
		if text := strings.TrimSpace(group.Text()); strings.HasPrefix(text, "Translators") {
			all[files.Position(group.End()).Line+1] = text
		}
	}
	if len(all) == 0 {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		line := files.Position(n.End()).Line
		for _, group := range file.Comments {
			if at := files.Position(group.Pos()).Line; at == line && n.End() <= group.Pos() && all[at+1] != "" {
				all[at] = all[at+1]
				delete(all, at+1)
			}
		}
		return true
	})
	return all
}

// goString is the value of a string that is written out, perhaps in several parts.
func goString(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return goString(e.X)
	case *ast.BinaryExpr:
		left, ok1 := goString(e.X)
		right, ok2 := goString(e.Y)
		return left + right, ok1 && ok2 && e.Op == token.ADD
	}
	return "", false
}
