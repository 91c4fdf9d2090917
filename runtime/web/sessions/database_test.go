package sessions_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/web/sessions"
	"stackgen.dev/runtime/web/terminal"
)

var server *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	status := m.Run()
	server.Stop()
	os.Exit(status)
}

// tables are databases with Django's table.
func tables(t *testing.T, clock func() time.Time) map[string]*model.DB {
	t.Helper()
	open := func(db *model.DB, err error, moment string) *model.DB {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if _, err := model.RawExec(db.With(t.Context()), `CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" `+moment+` NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		return db
	}
	file, err := sqlite.Open(t.Context(), "sqlite:"+t.TempDir()+"/sessions.db", sqlite.Options{Clock: clock})
	lite := open(file, err, "text")
	remote, err := postgres.Open(t.Context(), server.Database(t), postgres.Options{Clock: clock})
	return map[string]*model.DB{"sqlite": lite, "postgres": open(remote, err, "timestamptz")}
}

// Ensure that a session in the database lasts its time, ends for everybody when it
// is ended, does not come back when a request saves it after that, and that
// clearsessions deletes what is over and nothing else.
func TestTable(t *testing.T) {
	now := time.Now()
	for name, db := range tables(t, func() time.Time { return now }) {
		t.Run(name, func(t *testing.T) {
			begin := now
			defer func() { now = begin }()
			ctx, store := t.Context(), sessions.NewStored(sessions.NewTable(db))
			save := func(key string, age time.Duration) (string, error) {
				return store.Save(ctx, key, map[string]any{"a": "b"}, age)
			}
			there := func(key string) bool {
				t.Helper()
				data, ok, err := store.Load(ctx, key)
				if err != nil || ok && data["a"] != "b" {
					t.Error(data, err)
				}
				return ok
			}
			long, err := save("", time.Hour)
			short, err2 := save("", time.Minute)
			past, err3 := save("", -time.Second)
			ended, err4 := save("", time.Hour)
			if err := errors.Join(err, err2, err3, err4); err != nil {
				t.Fatal(err)
			}
			if err := store.Delete(ctx, ended); err != nil {
				t.Fatal(err)
			}
			if !there(long) || !there(short) || there(past) || there(ended) {
				t.Error(there(long), there(short), there(past), there(ended))
			}
			now = now.Add(2 * time.Minute)
			if !there(long) || there(short) {
				t.Error("after two minutes:", there(long), there(short))
			}
			for why, key := range map[string]string{"ended": ended, "over": short} {
				if _, err := save(key, time.Hour); err != sessions.ErrGone || there(key) {
					t.Errorf("a session that was %s is saved: %v", why, err)
				}
			}
			if _, err := save(long, 2*time.Hour); err != nil {
				t.Error(err)
			}
			now = now.Add(90 * time.Minute)
			if !there(long) {
				t.Error("saving does not begin the age anew")
			}
			var out bytes.Buffer
			if err := sessions.Clear(ctx, db, &terminal.Terminal{Out: &out}, nil); err != nil || !strings.HasPrefix(out.String(), "2 sessions") {
				t.Error(out.String(), err)
			}
			if err := sessions.Clear(ctx, db, &terminal.Terminal{Out: &out}, []string{"all"}); err == nil || !there(long) {
				t.Error("clearsessions takes an argument:", err)
			}
		})
	}
}
