package migrate

import (
	"fmt"
	"sort"
	"strings"

	"stackgen.dev/generator/models"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Where stackgen runs there is no PostgreSQL that could prepare a statement. What
// can be told without one is: whether brackets and strings are closed, what
// kind of statement it is, whether its tables exist, whether alias.column is a
// column of that table, whether a name that stands alone is a column of one of
// them, and whether the columns that it gives are those that the block declares.
// Functions, types and operators are PostgreSQL's to judge: the site prepares
// every statement on the database itself when it migrates, and in check --database.

// checkPostgres holds one sql block with the models.
func checkPostgres(q *schema.SQL, known relations) string {
	text, _ := models.NamedSQL(q, sqltext.Postgres)
	if len(sqltext.Split(text)) != 1 {
		return fmt.Sprintf("The statement %s is several for PostgreSQL, which prepares one. Write a sql block for each.", q.Name)
	}
	r := &statementReader{tokens: sqltext.Tokens(text), known: known}
	problem := r.read()
	if problem == "" {
		problem = r.columns(q)
	}
	if problem == "" {
		return ""
	}
	return fmt.Sprintf("The statement %s, as PostgreSQL gets it: %s.", q.Name, problem)
}

// relations are the tables that statements may name, with their columns; nil
// where those are not known: views, tables made by hand.
type relations map[string]map[string]bool

// knownRelations are the tables of the models, and what migrations make besides.
func knownRelations(want *state, files []runtime.File) relations {
	known := relations{runtime.Table: nil}
	for _, f := range files {
		for _, s := range sqltext.Split(f.Up) {
			d := newDDL(s.Text)
			if !d.take("CREATE") {
				continue
			}
			for _, word := range []string{"OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "MATERIALIZED", "RECURSIVE", "FOREIGN"} {
				d.take(word)
			}
			if d.take("TABLE") || d.take("VIEW") {
				d.take("IF", "NOT", "EXISTS")
				known[d.name()] = nil
			}
		}
	}
	for _, t := range want.tables {
		columns := map[string]bool{}
		for _, c := range t.columns {
			columns[c.name] = true
		}
		known[t.name] = columns
	}
	return known
}

// statementReader reads a statement's names.
type statementReader struct {
	tokens []sqltext.Token
	known  relations
	// aliases are what tables are called in the statement, by the table; "" for
	// what has columns that are not known.
	aliases map[string]string
	// made are names that the statement makes itself: WITH, AS.
	made map[string]bool
	// open says that some relation has columns that are not known.
	open bool
}

func (r *statementReader) word(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.tokens[i].Text
}

func (r *statementReader) is(i int, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(r.word(i), w) {
			return true
		}
	}
	return false
}

// read is what is wrong with the statement, "" for nothing.
func (r *statementReader) read() string {
	if problem := r.closed(); problem != "" {
		return problem
	}
	if !r.is(0, "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "(") {
		return fmt.Sprintf("it begins with %s, and a statement is a SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or WITH", r.word(0))
	}
	r.aliases, r.made = map[string]string{}, map[string]bool{}
	r.with()
	if problem := r.tables(); problem != "" {
		return problem
	}
	return r.names()
}

// closed finds brackets and strings that are not.
func (r *statementReader) closed() string {
	var brackets []string
	pairs := map[string]string{")": "(", "]": "["}
	for _, t := range r.tokens {
		switch c := t.Text[0]; {
		case c == '(' || c == '[':
			brackets = append(brackets, t.Text)
		case c == ')' || c == ']':
			if len(brackets) == 0 || brackets[len(brackets)-1] != pairs[t.Text] {
				return fmt.Sprintf("a %s closes nothing", t.Text)
			}
			brackets = brackets[:len(brackets)-1]
		case (c == '\'' || c == '"') && (len(t.Text) < 2 || t.Text[len(t.Text)-1] != c):
			return "a string or quoted name does not end"
		}
	}
	if len(brackets) > 0 {
		return fmt.Sprintf("a %s is not closed", brackets[len(brackets)-1])
	}
	return ""
}

// with takes the names that WITH makes: name [(columns)] AS [NOT MATERIALIZED] (.
func (r *statementReader) with() {
	if !r.has("WITH") {
		return
	}
	for i := range r.tokens {
		if !r.is(i, "AS") {
			continue
		}
		body := i + 1
		for r.is(body, "NOT", "MATERIALIZED") {
			body++
		}
		name := i - 1
		if r.word(name) == ")" {
			for depth := 0; name >= 0; name-- {
				if r.word(name) == ")" {
					depth++
				} else if r.word(name) == "(" {
					if depth--; depth == 0 {
						break
					}
				}
			}
			name--
		}
		if r.word(body) == "(" && r.is(body+1, "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "(") && r.is(name-1, "WITH", "RECURSIVE", ",") {
			r.made[unquoted(r.word(name))] = true
			r.open = true
		}
	}
}

func (r *statementReader) has(word string) bool {
	for i := range r.tokens {
		if r.is(i, word) {
			return true
		}
	}
	return false
}

// tables finds what follows FROM, JOIN, INTO, UPDATE and USING.
func (r *statementReader) tables() string {
	for i := range r.tokens {
		switch {
		case r.is(i, "FROM"):
			if r.isArgument(i) || r.is(i-1, "DISTINCT") {
				continue
			}
		case r.is(i, "JOIN", "INTO"):
		case r.is(i, "USING"):
			if r.word(i+1) == "(" {
				continue
			}
		case r.is(i, "UPDATE"):
			if i > 0 && r.word(i-1) != "(" && r.word(i-1) != ")" {
				continue // FOR UPDATE, DO UPDATE, ON UPDATE
			}
		default:
			continue
		}
		if problem := r.relationList(i + 1); problem != "" {
			return problem
		}
	}
	return ""
}

// isArgument reports whether FROM stands in the brackets of a function: EXTRACT(year FROM day).
func (r *statementReader) isArgument(at int) bool {
	depth := 0
	for i := at - 1; i >= 0; i-- {
		switch r.word(i) {
		case ")":
			depth++
		case "(":
			if depth == 0 {
				return r.is(i-1, "EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION")
			}
			depth--
		}
	}
	return false
}

// relationList reads a table, and those behind commas.
func (r *statementReader) relationList(i int) string {
	for {
		for r.is(i, "ONLY", "LATERAL") {
			i++
		}
		var problem string
		if i, problem = r.relation(i); problem != "" {
			return problem
		}
		if r.word(i) != "," || r.is(i+1, "SELECT") {
			return ""
		}
		i++
	}
}

// relation reads one table with its alias and returns the place behind it.
func (r *statementReader) relation(i int) (int, string) {
	if r.word(i) == "(" {
		r.open = true
		return r.alias(r.behind(i), ""), ""
	}
	name := unquoted(r.word(i))
	if name == "" || name[0] == '\'' {
		return i, fmt.Sprintf("a table is missing behind %s", r.word(i-1))
	}
	i++
	qualified := false
	for r.word(i) == "." {
		name, qualified = unquoted(r.word(i+1)), true
		i += 2
	}
	if r.word(i) == "(" && !r.isInto(i) { // a function, or ROWS FROM
		r.open = true
		return r.alias(r.behind(i), ""), ""
	}
	columns, ok := r.known[name]
	switch {
	case r.made[name] && !qualified, ok && columns == nil, qualified && !ok:
		r.open = true
		r.aliases[name] = ""
		return r.alias(i, ""), ""
	case !ok:
		return i, fmt.Sprintf("there is no table %s%s", name, r.near(name, r.known.names()))
	}
	r.aliases[name] = name
	return r.alias(i, name), ""
}

// isInto reports whether the bracket at i holds the columns of an INSERT.
func (r *statementReader) isInto(i int) bool {
	for i--; i >= 0 && !r.is(i, "INTO"); i-- {
		if w := r.word(i); w == "(" || w == ")" || r.is(i, "FROM", "JOIN", "USING") {
			return false
		}
	}
	return i >= 0
}

// alias reads [AS] alias [(columns)].
func (r *statementReader) alias(i int, table string) int {
	as := r.is(i, "AS")
	if as {
		i++
	}
	word := r.word(i)
	if word == "" || !as && (!isName(word) || isKeyword(word)) || !isName(word) {
		return i
	}
	if r.word(i+1) == "(" && !r.isInto(i+1) {
		table = ""
		r.open = true
		r.aliases[unquoted(word)] = ""
		return r.behind(i + 1)
	}
	r.aliases[unquoted(word)] = table
	return i + 1
}

// behind is the place behind the bracket that is opened at i.
func (r *statementReader) behind(i int) int {
	depth := 0
	for ; i < len(r.tokens); i++ {
		switch r.word(i) {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

func isName(word string) bool { return word != "" && (word[0] == '"' || isWord(word)) }

// names holds alias.column, and names that stand alone, with the tables.
func (r *statementReader) names() string {
	made := map[string]bool{}
	for i := range r.tokens {
		if r.is(i, "AS") && isName(r.word(i+1)) {
			made[unquoted(r.word(i+1))] = true
		}
		// SELECT price * 2 total: a name without AS behind a value.
		if i > 0 && isName(r.word(i)) && !isKeyword(r.word(i)) && (r.word(i-1) == ")" || isName(r.word(i-1)) && !isKeyword(r.word(i-1)) || isNumber(r.word(i-1))) {
			made[unquoted(r.word(i))] = true
		}
	}
	for i := range r.tokens {
		word := r.word(i)
		if !isName(word) {
			continue
		}
		if r.word(i+1) == "." && r.word(i-1) != "." {
			if problem := r.qualified(i); problem != "" {
				return problem
			}
			continue
		}
		if r.word(i-1) == "." || r.open || r.isElsewhere(i) {
			continue
		}
		name := unquoted(word)
		if made[name] || r.made[name] {
			continue
		}
		if _, ok := r.aliases[name]; ok {
			continue
		}
		if !r.anyHas(name) {
			return fmt.Sprintf("there is no column %s%s", name, r.near(name, r.allColumns()))
		}
	}
	return ""
}

func isNumber(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// isElsewhere reports whether a word is no column: a key word, a function, a type,
// the name of a window, a collation or an argument.
func (r *statementReader) isElsewhere(i int) bool {
	word := r.word(i)
	next := r.word(i + 1)
	switch {
	case word[0] != '"' && isKeyword(word):
	case next == "(", next != "" && next[0] == '\'', next == "=" && r.word(i+2) == ">", next == ":" && r.word(i+2) == "=":
	case r.word(i-1) == ":" && r.word(i-2) == ":":
	case r.word(i-1) == "?":
	case r.is(i-1, "AS", "OVER", "COLLATE", "WINDOW", "CONSTRAINT", "OF", "TABLESAMPLE", "ZONE"):
	case r.is(i-2, "OF") && r.word(i-1) == ",":
	case r.word(i-1) == "(" && r.is(i-2, "EXTRACT"):
	default:
		return false
	}
	return true
}

// qualified holds alias.column.
func (r *statementReader) qualified(i int) string {
	name := unquoted(r.word(i))
	table, ok := r.aliases[name]
	if name == "excluded" || name == "old" || name == "new" {
		return ""
	}
	if !ok {
		if r.word(i+3) == "(" || r.word(i+3) == "." || r.isTable(i) {
			return "" // schema.function(…), schema.table
		}
		var names []string
		for a := range r.aliases {
			names = append(names, a)
		}
		return fmt.Sprintf("there is no table or alias %s%s", name, r.near(name, names))
	}
	column := unquoted(r.word(i + 2))
	if table == "" || column == "*" || r.known[table][column] || strings.HasPrefix(column, "?") || systemColumn(column) {
		return ""
	}
	return fmt.Sprintf("the table %s has no column %s%s", table, column, r.near(column, sortedTrue(r.known[table])))
}

// isTable reports whether the name at i is a schema before a table.
func (r *statementReader) isTable(i int) bool {
	return r.is(i-1, "FROM", "JOIN", "INTO", "UPDATE", "USING", "ONLY", ",")
}

func systemColumn(name string) bool {
	return name == "ctid" || name == "xmin" || name == "xmax" || name == "tableoid"
}

func (r *statementReader) anyHas(column string) bool {
	for _, table := range r.aliases {
		if r.known[table][column] {
			return true
		}
	}
	return systemColumn(column)
}

func (r *statementReader) allColumns() []string {
	all := map[string]bool{}
	for _, table := range r.aliases {
		for c := range r.known[table] {
			all[c] = true
		}
	}
	return sortedTrue(all)
}

func (k relations) names() []string {
	var names []string
	for n := range k {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func sortedTrue(set map[string]bool) []string {
	var names []string
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func (r *statementReader) near(name string, names []string) string {
	if near := schema.Suggest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// columns holds what the statement gives with what the block declares, where the
// statement says it.
func (r *statementReader) columns(q *schema.SQL) string {
	got, ok := r.given()
	if !ok {
		return ""
	}
	var declared []string
	for _, c := range q.Columns {
		declared = append(declared, c.Name)
	}
	if len(got) != len(declared) {
		return fmt.Sprintf("it gives %d columns, and the block declares %d (%s)", len(got), len(declared), list(declared))
	}
	for i, name := range got {
		if name != "" && name != declared[i] {
			return fmt.Sprintf("it gives the columns %s, and the block declares %s. Declare them in that order, or name them with AS", list(got), list(declared))
		}
	}
	return ""
}

// given are the names of the columns that the statement gives, "" where the name
// is PostgreSQL's to choose; false where it cannot be told.
func (r *statementReader) given() ([]string, bool) {
	from := r.resultAt()
	if from < 0 {
		return nil, r.is(0, "INSERT", "UPDATE", "DELETE", "MERGE")
	}
	var names []string
	depth, begin := 0, from
	item := func(end int) bool {
		name, ok := r.itemName(begin, end)
		names = append(names, name)
		begin = end + 1
		return ok
	}
	for i := from; ; i++ {
		if i >= len(r.tokens) || depth == 0 && (r.word(i) == ")" || r.is(i, "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT", "WINDOW", "FETCH", "FOR")) && !(r.is(i, "FROM") && r.is(i-1, "DISTINCT")) {
			return names, item(i)
		}
		switch r.word(i) {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		case ",":
			if depth == 0 && !item(i) {
				return nil, false
			}
		}
	}
}

// resultAt is where the list of columns begins: behind SELECT or RETURNING outside
// of brackets; -1 for nowhere.
func (r *statementReader) resultAt() int {
	depth := 0
	changes := false
	for i := range r.tokens {
		switch {
		case r.word(i) == "(":
			depth++
		case r.word(i) == ")":
			depth--
		case depth > 0:
		case r.is(i, "INSERT", "UPDATE", "DELETE", "MERGE"):
			changes = true
		case r.is(i, "RETURNING"), r.is(i, "SELECT") && !changes:
			at := i + 1
			if r.is(at, "ALL") {
				at++
			} else if r.is(at, "DISTINCT") {
				if at++; r.is(at, "ON") {
					at = r.behind(at + 1)
				}
			}
			return at
		}
	}
	return -1
}

// itemName is the name of one column of the result.
func (r *statementReader) itemName(begin, end int) (string, bool) {
	last := r.word(end - 1)
	switch {
	case end <= begin || last == "*":
		return "", false
	case end-begin == 1, r.word(end-2) == ".", r.is(end-2, "AS"):
		if isName(last) && !(end-begin == 1 && isKeyword(last) && last[0] != '"') {
			return unquoted(last), true
		}
		return "", true
	case isName(last) && !isKeyword(last) && (r.word(end-2) == ")" || isName(r.word(end-2)) && !isKeyword(r.word(end-2))):
		return unquoted(last), true // without AS
	}
	return "", true
}

// keywords are PostgreSQL's words that mean something besides a name (Appendix C),
// and its names of types that stand alone.
var keywords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`all analyse analyze and any array as asc asymmetric at between bigint binary bit boolean both by case cast
		char character check coalesce collate collation conflict constraint create cross cube current current_catalog current_date current_role
		current_schema current_time current_timestamp current_user day dec decimal default deferrable delete desc distinct do double else end
		escape except exclude exists extract false fetch filter first float following for foreign freeze from full function grant group grouping
		groups having hour ilike in initially inner insert int integer intersect interval into is isnull join key last lateral leading left like
		limit local localtime localtimestamp locked lower_inf matched materialized merge minute month natural nchar next no none normalize not
		nothing notnull nowait null nullif nulls numeric of offset on only or order ordinality others out outer over overlaps overlay overriding
		partition placing position preceding precision primary prior range real recursive references returning right rollup row rows second select
		session_user set setof sets similar skip smallint some source substring symmetric system table tablesample target temporal text then ties
		time timestamp timestamptz to trailing treat trim true truncate unbounded union unique unknown update user using value values varchar
		variadic varying verbose when where window with within without year zone date jsonb json uuid bytea inet`) {
		set[w] = true
	}
	return set
}()

func isKeyword(word string) bool { return word[0] != '"' && keywords[strings.ToLower(word)] }
