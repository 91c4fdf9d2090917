package generator

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/hashicorp/hcl/v2"

	"stackgen.dev/generator/messages"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// LocaleFile is where the translations into a language lie, beneath the
// project: locale/pt_BR/LC_MESSAGES/django.po.
func LocaleFile(code string) string {
	base, region, ok := strings.Cut(code, "-")
	if ok {
		if len(region) == 2 {
			region = strings.ToUpper(region)
		} else {
			region = strings.ToUpper(region[:1]) + region[1:]
		}
		base += "_" + region
	}
	return "locale/" + base + "/LC_MESSAGES/django.po"
}

// Languages are the codes of the site's languages, its own first.
func Languages(site *schema.Site) []string {
	codes := []string{site.LanguageCode.V}
	for _, l := range site.Languages {
		if l.V != site.LanguageCode.V {
			codes = append(codes, l.V)
		}
	}
	return codes
}

// languageSet is the languages that visitors choose from.
func (p *project) languageSet() jen.Code {
	var codes []string
	for _, code := range Languages(p.site) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return jen.Qual(pkgLanguage, "New").Call(strs(codes), str(p.site.LanguageCode))
}

// speaks reports whether the site is in more than plain English, so that there are texts to look up.
func (p *project) speaks() bool {
	p.languages()
	return len(p.spoken) > 1 || p.spoken[0].Code != "en" || len(p.spoken[0].Messages) > 0
}

// languages reads the translations of every language of the site, and of the more
// general ones behind them.
func (p *project) languages() {
	if len(p.spoken) > 0 {
		return
	}
	known := map[string]bool{}
	for _, code := range Languages(p.site) {
		known[code] = true
		l, _ := p.language(code)
		p.spoken = append(p.spoken, l)
	}
	for _, l := range p.spoken {
		for code := l.Code; strings.Contains(code, "-"); {
			code = code[:strings.LastIndexByte(code, '-')]
			if known[code] {
				continue
			}
			known[code] = true
			if general, ok := p.language(code); ok {
				p.general = append(p.general, general)
			}
		}
	}
}

// language reads the translations into one language; ok is false where the project has none.
func (p *project) language(code string) (l template.Language, ok bool) {
	l.Code = code
	name := LocaleFile(code)
	file := filepath.Join(p.site.Dir, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	if err != nil {
		return l, false
	}
	p.sources.Add(file, text)
	po, problems := messages.Parse(text)
	for _, problem := range problems {
		p.fail(schema.Diagnostic{Severity: schema.Error, Summary: problem.Message, Subject: lineRange(file, string(text), problem.Line)})
	}
	l.PluralForms, l.Messages = po.PluralForms, po.Catalog()
	return l, true
}

// lineRange is a whole line of a file.
func lineRange(file, text string, line int) hcl.Range {
	lines := strings.Split(text, "\n")
	line = min(max(line, 1), len(lines))
	start := 0
	for _, l := range lines[:line-1] {
		start += len(l) + 1
	}
	n := len(lines[line-1])
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: line, Column: 1, Byte: start}, End: hcl.Pos{Line: line, Column: n + 1, Byte: start + n}}
}

// ExtractMessages brings the texts of the site's templates, Go and site file into the .po file of
// every language but English, and returns the files by name, as they should
// be, with how many texts are new and how many gone.
func ExtractMessages(site *schema.Site, sources *schema.Sources, codes []string) ([]ExtractedFile, schema.Diagnostics) {
	p := &project{site: site, sources: sources, module: site.Module.V, readsVariables: map[*schema.View]bool{}}
	opts := template.Options{Load: p.loadTemplate, Sources: sources, Names: p.templateNames(), Dir: filepath.ToSlash(filepath.Join(site.Dir, templateDir)) + "/"}
	p.templateFuncs(&opts)
	found, diags := template.Messages(opts, opts.Names)
	diags = append(p.diags, diags...)
	if diags.HasErrors() {
		return nil, diags
	}
	var used []messages.Used
	for _, m := range found {
		used = append(used, messages.Used{Context: m.Context, Text: m.Text, Plural: m.Plural, Comment: m.Comment, Place: templateDir + "/" + m.Place()})
	}
	used = append(used, p.goMessages()...)
	used = append(used, siteMessages(site)...)
	var files []ExtractedFile
	for _, code := range codes {
		name := LocaleFile(code)
		path := filepath.Join(site.Dir, filepath.FromSlash(name))
		po := messages.New(code)
		old, err := os.ReadFile(path)
		if err == nil {
			sources.Add(path, old)
			var problems []messages.Problem
			po, problems = messages.Parse(old)
			for _, problem := range problems {
				diags = append(diags, schema.Diagnostic{Severity: schema.Error, Summary: problem.Message, Subject: lineRange(path, string(old), problem.Line)})
			}
			if po.Header == nil {
				po.Header, po.Forms = messages.New(code).Header, messages.New(code).Forms
			}
		}
		f := ExtractedFile{Name: name, Language: code}
		f.Added, f.Dropped = po.Merge(used)
		for _, e := range po.Entries {
			if !e.Obsolete && !e.Translated() {
				f.Untranslated++
			}
		}
		f.Text = po.Format()
		f.Changed = string(old) != string(f.Text)
		files = append(files, f)
	}
	return files, diags
}

// ExtractedFile is a .po file as it should be.
type ExtractedFile struct {
	// Name is its path beneath the project, with slashes; Language the code.
	Name, Language string
	Text           []byte
	// Changed says that the file on disk is another.
	Changed bool
	// Added, Dropped and Untranslated count texts.
	Added, Dropped, Untranslated int
}

// siteMessages are the texts of the site file that visitors read: labels, help
// texts and choices of fields, what views say, and the texts of views for accounts.
func siteMessages(site *schema.Site) []messages.Used {
	var used []messages.Used
	add := func(v schema.String) {
		if v.Set && v.V != "" {
			used = append(used, messages.Used{Text: strings.ReplaceAll(v.V, "%", "%%"), Place: placeOf(site, v)})
		}
	}
	choices := func(list []schema.Choice) {
		group := ""
		for _, c := range list {
			if c.Group != group {
				group = c.Group
				add(schema.String{V: group, Set: true, Range: c.Value.Range})
			}
			add(c.Value)
		}
	}
	for _, m := range site.Models {
		for _, f := range m.Fields {
			if f.Implicit {
				continue
			}
			add(f.VerboseName)
			add(f.HelpText)
			choices(f.Choices)
		}
	}
	for _, v := range site.Views {
		if v.Form != nil {
			for _, f := range v.Form.Fields {
				add(f.Label)
				add(f.HelpText)
				for _, c := range f.Choices {
					add(c.Value)
				}
			}
		}
		if message := v.Says(); message.Set {
			used = append(used, messages.Used{Text: message.V, Place: placeOf(site, message)})
		}
	}
	return append(used, accountMessages(site)...)
}

// placeOf is the file that a text of the site file is written in.
func placeOf(site *schema.Site, v schema.String) string {
	rel, err := filepath.Rel(site.Dir, v.Range.Filename)
	if err != nil {
		rel = filepath.Base(v.Range.Filename)
	}
	return filepath.ToSlash(rel)
}

// accountMessages are the labels and errors of the forms that the site's views
// for accounts show; runtime/web/auth and runtime/web/passwords have them.
func accountMessages(site *schema.Site) []messages.Used {
	views := map[string]bool{}
	for _, v := range site.Views {
		if word, _ := v.Account(); word != "" {
			views[word] = true
		}
	}
	var used []messages.Used
	seen := map[string]bool{}
	add := func(texts ...string) {
		for _, t := range texts {
			if !seen[t] {
				seen[t] = true
				used = append(used, messages.Used{Text: t, Place: "stackgen"})
			}
		}
	}
	if len(views) > 0 {
		add("This field is required.")
	}
	if views["login"] {
		add("Username", "Password", "Please enter a correct username and password. Note that both fields may be case-sensitive.",
			"Too many attempts to log in have failed. Please try again later.")
	}
	if views["password_change"] {
		add("Old password", "Your old password was entered incorrectly. Please enter it again.")
	}
	if views["password_reset"] || views["invite"] {
		add("Email", "Enter a valid email address.")
	}
	if views["sign_up"] {
		add("Username", "Password", "Password confirmation", "Letters, digits and @/./+/-/_ only.", "A user with that username already exists.")
	}
	if views["password_change"] || views["password_reset_confirm"] {
		add("New password", "New password confirmation")
	}
	if views["password_change"] || views["password_reset_confirm"] || views["sign_up"] {
		add("Enter the same password as before, for verification.", "The two password fields didn’t match.",
			"This password is too common.", "This password is entirely numeric.")
	}
	return used
}
