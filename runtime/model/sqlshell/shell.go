package sqlshell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// Shell reads statements and prints what they give.
type Shell struct {
	DB *model.DB
	In io.Reader
	// Out is where rows are printed. Err is where a terminal has mistakes told.
	Out, Err io.Writer
	// Name stands in the prompt.
	Name string
	// Terminal says that somebody types.
	Terminal bool
	// Interrupt is Ctrl-C on a terminal: it stops the statement that runs, or
	// drops what was typed of one. May be nil.
	Interrupt <-chan os.Signal
	// Width is how many characters a line of the terminal has: wider rows are
	// printed column by column. 0 is as many as there are.
	Width int
	// Expanded prints all rows column by column.
	Expanded bool
	// Null stands for null.
	Null string
}

// errLost says that the session's connection broke.
var errLost = errors.New("the connection to the database was lost")

// Run takes statements from In until its end, or until \q. A transaction that is
// open at the end is rolled back, which is an error.
func (s *Shell) Run(ctx context.Context) error {
	t := &talk{shell: s, lines: s.read(), line: 1}
	for {
		err := s.DB.Session(ctx, func(session model.Session) error { return t.run(ctx, session) })
		if !s.Terminal || !errors.Is(err, errLost) {
			return err
		}
		fmt.Fprintf(s.Err, "%v; the next statement has a new one\n", err)
	}
}

// line is one line of input, with the end of it; err is why there are no more.
type line struct {
	text string
	err  error
}

// read reads the input beside what runs. The last value has an error.
func (s *Shell) read() <-chan line {
	lines := make(chan line)
	in := bufio.NewReader(s.In)
	go func() {
		for {
			text, err := in.ReadString('\n')
			lines <- line{text, err}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// talk is a run of the shell.
type talk struct {
	shell   *Shell
	lines   <-chan line
	pending string // the beginning of a statement
	line    int    // at which pending begins
}

func (t *talk) run(ctx context.Context, session model.Session) error {
	for {
		t.prompt(session)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.shell.Interrupt:
			fmt.Fprintln(t.shell.Out)
			t.forget()
		case l := <-t.lines:
			if quits(l.text) && t.pending == "" {
				return t.end(session)
			}
			if err := t.take(ctx, session, l.text); err != nil {
				return err
			}
			switch {
			case errors.Is(l.err, io.EOF):
				return t.last(ctx, session)
			case l.err != nil:
				return l.err
			}
		}
	}
}

func (t *talk) prompt(session model.Session) {
	if !t.shell.Terminal {
		return
	}
	open, more := "", "=> "
	if session.InTransaction() {
		open = "*"
	}
	if t.pending != "" {
		more = "-> "
	}
	fmt.Fprint(t.shell.Out, t.shell.Name, open, more)
}

// take adds a line to what was typed and runs the statements that it ends.
func (t *talk) take(ctx context.Context, session model.Session, text string) error {
	if t.pending == "" && strings.HasPrefix(text, `\`) {
		err := t.command(ctx, session, strings.Fields(text))
		t.line++
		return t.told(ctx, session, err)
	}
	begins := t.pending == ""
	t.pending += text
	defer func() {
		if begins { // nothing but space or a comment, perhaps
			if s, _, _ := sqltext.Cut(t.pending); s.Text == "" && !strings.HasPrefix(strings.TrimSpace(t.pending), "/*") {
				t.forget()
			}
		}
	}()
	for strings.Contains(text, ";") {
		statement, rest, ended := sqltext.Cut(t.pending)
		if !ended {
			break
		}
		at := t.line + statement.Line - 1
		t.line += strings.Count(t.pending[:len(t.pending)-len(rest)], "\n")
		t.pending, begins = rest, true
		if statement.Text == "" {
			continue
		}
		err := t.statement(ctx, session, statement.Text, nil)
		if err != nil && !t.shell.Terminal {
			return fmt.Errorf("line %d: %w", at, err)
		}
		if err := t.told(ctx, session, err); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what was typed of a statement.
func (t *talk) forget() {
	t.line += strings.Count(t.pending, "\n")
	t.pending = ""
}

// told says on a terminal what went wrong; what remains is an error that ends the session.
func (t *talk) told(ctx context.Context, session model.Session, err error) error {
	if err == nil || !t.shell.Terminal {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(t.shell.Err, "the statement was stopped")
		err = model.ErrUnavailable // perhaps with the connection
	} else {
		fmt.Fprintln(t.shell.Err, "error:", err)
	}
	if !errors.Is(err, model.ErrUnavailable) && !errors.Is(err, model.ErrDone) {
		return nil
	}
	if rows, err := session.Query(ctx, "SELECT 1", nil); err == nil {
		return rows.Close()
	} else if errors.Is(err, model.ErrUnavailable) {
		return errLost
	}
	return nil
}

// last runs what stands behind the last semicolon. A terminal's is left alone: it
// was not finished.
func (t *talk) last(ctx context.Context, session model.Session) error {
	if t.shell.Terminal {
		fmt.Fprintln(t.shell.Out)
		return t.end(session)
	}
	for _, s := range sqltext.Split(t.pending) {
		if err := t.statement(ctx, session, s.Text, nil); err != nil {
			return fmt.Errorf("line %d: %w", t.line+s.Line-1, err)
		}
	}
	return t.end(session)
}

func (t *talk) end(session model.Session) error {
	if session.InTransaction() {
		return errors.New("the transaction that was open at the end is rolled back; COMMIT stores it")
	}
	return nil
}

func quits(text string) bool {
	return slices.Contains([]string{`\q`, "exit", "quit", "exit;", "quit;"}, strings.TrimSpace(text))
}

const help = `\d         list tables and views
\d NAME    list the columns of one
\x         print rows column by column, or as a table again
\q         leave, as Ctrl-D does
Everything else is SQL, up to a semicolon. Ctrl-C stops a statement.
`

// command does what begins with a backslash.
func (t *talk) command(ctx context.Context, session model.Session, words []string) error {
	s := t.shell
	switch name := words[0]; {
	case name == `\?` || name == `\help`:
		_, err := io.WriteString(s.Out, help)
		return err
	case name == `\x`:
		s.Expanded = !s.Expanded
		return nil
	case name == `\d` && len(words) == 1:
		return t.statement(ctx, session, s.catalog().tables, nil)
	case name == `\d` && len(words) == 2:
		return t.statement(ctx, session, s.catalog().columns, []model.Value{model.TextValue(words[1])})
	}
	return fmt.Errorf(`there is no %s; \? lists what there is`, strings.Join(words, " "))
}

// catalog is what the database says of itself.
type catalog struct{ tables, columns string }

func (s *Shell) catalog() catalog {
	if s.DB.Dialect() == sqltext.Postgres {
		return catalog{
			`SELECT c.relname::text AS name, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS type
FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid)
AND c.relnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false))) ORDER BY 1`,
			`SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE '' END AS "null",
pg_get_expr(d.adbin, d.adrelid) AS "default" FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass(quote_ident(?1)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
		}
	}
	return catalog{
		`SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`,
		`SELECT name, type, CASE "notnull" WHEN 1 THEN 'NOT NULL' ELSE '' END AS "null", dflt_value AS "default" FROM pragma_table_xinfo(?1)`,
	}
}

// statement runs one statement. Ctrl-C stops it.
func (t *talk) statement(ctx context.Context, session model.Session, sql string, args []model.Value) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if t.shell.Interrupt != nil {
		var watch sync.WaitGroup
		done := make(chan struct{})
		watch.Go(func() {
			select {
			case <-t.shell.Interrupt:
				cancel()
			case <-done:
			}
		})
		defer watch.Wait()
		defer close(done)
	}
	return t.shell.execute(ctx, session, sql, args)
}

// execute runs a statement and prints its rows, or how many it changed.
func (s *Shell) execute(ctx context.Context, session model.Session, sql string, args []model.Value) error {
	if copies(sql) {
		return errors.New("COPY from and to the client is psql's: it reads and writes files that are not SQL")
	}
	describer, ok := session.(model.Describer)
	if !ok {
		return errors.New("the driver does not prepare statements")
	}
	columns, err := describer.Describe(ctx, sql)
	if err != nil {
		return err
	}
	if len(columns) > 0 {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		rows, err := session.Stream(ctx, sql, args)
		if err != nil {
			return err
		}
		return s.print(columns, rows, stop)
	}
	result, err := session.Exec(ctx, sql, args)
	if err != nil {
		return err
	}
	switch strings.ToUpper(sqltext.Tokens(sql)[0].Text) {
	case "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH":
		_, err = fmt.Fprintf(s.Out, "ok, %s\n", counted(result.RowsAffected))
	default:
		_, err = fmt.Fprintln(s.Out, "ok")
	}
	return err
}

// copies reports whether a statement makes the server and its client exchange
// something else than statements and rows.
func copies(sql string) bool {
	words := sqltext.Tokens(sql)
	if len(words) == 0 || !strings.EqualFold(words[0].Text, "COPY") {
		return false
	}
	for _, w := range words[1:] {
		if strings.EqualFold(w.Text, "STDIN") || strings.EqualFold(w.Text, "STDOUT") {
			return true
		}
	}
	return false
}
