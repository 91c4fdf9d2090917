//go:build e2e

package e2e

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// resourceProgram goes the whole way of a resource with the generated
// TypeScript client; it ends with a line that says so.
const resourceProgram = `
import { Client, ProblemError, type Task, type TaskWrite } from "./gen/client/client.js";

function must(cond: boolean, what: string): void {
  if (!cond) throw new Error(what);
}

async function problem(promise: Promise<unknown>): Promise<ProblemError> {
  try {
    await promise;
  } catch (e) {
    if (e instanceof ProblemError) return e;
    throw e;
  }
  throw new Error("no problem");
}

const client = new Client(process.argv[2] ?? "");
const project = (await client.projects.create({ name: "House" })).data;
const body: TaskWrite = { title: "  Paint   the door ", project: project.id, effort: "2.5", due: "2026-12-01" };
const made = await client.tasks.create(body);
must(made.status === 201 && made.data.title === "Paint the door" && made.data.priority === "normal", JSON.stringify(made));

const read = await client.tasks.retrieve(made.data.id);
must(read.etag !== null && read.etag === made.etag, "tags differ: " + read.etag + " " + made.etag);

const changed = await client.tasks.partialUpdate(made.data.id, { done: true, due: null }, { ifMatch: read.etag });
must(changed.data.done && changed.data.due === null && changed.data.effort === "2.50", JSON.stringify(changed));
const lost = await problem(client.tasks.update(made.data.id, body, { ifMatch: read.etag }));
must(lost.status === 412, "no lost update: " + lost.status);

const bad = await problem(client.tasks.create({ title: "", project: 99, priority: "high" }));
must(bad.status === 422 && bad.problem.errors?.["project"]?.[0]?.code === "invalid_choice", JSON.stringify(bad.problem));
const hooked = await problem(client.tasks.create({ title: "Now", project: project.id, priority: "high" }));
must(hooked.problem.errors?.["due"]?.[0]?.code === "required", JSON.stringify(hooked.problem));

for (let i = 0; i < 24; i++) await client.tasks.create({ title: "Task " + i, project: project.id, due: "2027-01-0" + (1 + i % 9) });
const secret = await client.tasks.create({ title: "Secret plan", project: project.id });
const page = (await client.tasks.list({ done: false, ordering: ["-due", "title"], page: 2 })).data;
must(page.count === 24 && page.results.length === 4 && page.next === null && page.previous !== null, JSON.stringify(page));
const some: readonly Task[] = (await client.tasks.list({ search: "task 1", priority__in: ["normal", "low"], due__gte: "2027-01-02", page_size: 100 })).data.results;
must(some.length === 11 && some.every((t) => t.title.includes("1")), JSON.stringify(some));
const empty = (await client.tasks.list({ due__isnull: true })).data;
must(empty.count === 1, JSON.stringify(empty));
const archived = (await client.archive.list()).data.results[0];
must(archived !== undefined && Object.keys(archived).join() === "id,title,project", JSON.stringify(archived));

const red = (await client.labels.create({ name: "red" })).data.id;
const blue = (await client.labels.create({ name: "blue" })).data.id;
const labelled = await client.tasks.create({ title: "Labelled", project: project.id, labels: [blue, red, blue] });
must(labelled.data.labels.join() === [red, blue].join() && made.data.labels.length === 0, JSON.stringify(labelled));
must((await client.tasks.retrieve(labelled.data.id)).etag === labelled.etag, "the tag of labels differs");
const kept = await client.tasks.partialUpdate(labelled.data.id, { done: true });
must(kept.data.labels.length === 2, "labels that were not sent are gone");
const fewer = await client.tasks.partialUpdate(labelled.data.id, { labels: [blue] }, { ifMatch: kept.etag });
must(fewer.data.labels.join() === String(blue) && fewer.etag !== kept.etag, JSON.stringify(fewer));
must((await client.tasks.list({ search: "Labelled" })).data.results[0]?.labels.join() === String(blue), "no labels in the list");
const stranger = await problem(client.tasks.update(labelled.data.id, { title: "Lost", project: project.id, labels: [red, 4711] }));
must(stranger.status === 422 && stranger.problem.errors?.["labels"]?.[0]?.code === "invalid_choice", JSON.stringify(stranger.problem));
must((await client.tasks.retrieve(labelled.data.id)).data.title === "Labelled", "half of a change was stored");
const none = await client.tasks.update(labelled.data.id, { title: "Labelled", project: project.id });
must(none.data.labels.length === 0, JSON.stringify(none));
await client.tasks.destroy(labelled.data.id);

const other = (await client.tasks.create({ title: "Other", project: project.id })).data;
const note = await client.notes.create(made.data.id, { text: "Buy paint" });
must(note.status === 201 && note.data.task === made.data.id && !note.data.pinned, JSON.stringify(note));
await client.notes.create(made.data.id, { text: "Ask Ann", pinned: true });
await client.notes.create(other.id, { text: "Elsewhere" });
const notes = (await client.notes.list(made.data.id, { ordering: "text" })).data;
must(notes.count === 2 && notes.results[0]?.text === "Ask Ann", JSON.stringify(notes));
must((await client.notes.list(made.data.id, { pinned: true })).data.count === 1, "not filtered");
must((await client.notes.list(other.id, { search: "paint" })).data.count === 0, "others' notes are found");
const pinned = await client.notes.partialUpdate(made.data.id, note.data.id, { pinned: true }, { ifMatch: note.etag });
must(pinned.data.pinned && pinned.data.text === "Buy paint", JSON.stringify(pinned));
must((await problem(client.notes.update(made.data.id, note.data.id, { text: "Lost" }, { ifMatch: note.etag }))).status === 412, "no lost update of a note");
must((await problem(client.notes.retrieve(other.id, note.data.id))).status === 404, "a note of another task");
must((await problem(client.notes.destroy(other.id, note.data.id))).status === 404, "a note of another task was deleted");
must((await problem(client.notes.list(4711))).status === 404, "notes of no task");
must((await problem(client.notes.create(secret.data.id, { text: "x" }))).status === 404, "a note of a task that is not to be seen");
must((await problem(client.notes.create(4711, { text: "x" }))).status === 404, "a note of no task");
const twice = await problem(client.notes.create(made.data.id, { text: "Ask Ann" }));
must(twice.status === 422 && twice.problem.errors?.["__all__"]?.[0]?.code === "unique_together", JSON.stringify(twice.problem));
const deep = (await client.projectNotes.list("House", made.data.id)).data;
must(deep.count === 2 && Object.keys(deep.results[0] ?? {}).join() === "id,text", JSON.stringify(deep));
must((await client.projectNotes.create("House", other.id, { text: "Deep" })).status === 201, "not created");
must((await problem(client.projectNotes.list("Nowhere", other.id))).status === 404, "a task of no project");
const odd = (await client.projects.create({ name: "a/b ?ö" })).data;
must((await problem(client.projectNotes.list(odd.name, other.id))).status === 404, "a task of another project");
must((await client.notes.destroy(made.data.id, note.data.id)).status === 204, "note not deleted");
await client.tasks.destroy(other.id);
must((await problem(client.notes.list(other.id))).status === 404, "notes of a task that is gone");
await client.projects.destroy(odd.id);

must((await problem(client.projects.destroy(project.id))).status === 409, "a project with tasks was deleted");
must((await client.tasks.destroy(made.data.id, { ifMatch: changed.etag })).status === 204, "not deleted");
must((await problem(client.tasks.retrieve(made.data.id))).status === 404, "still there");
console.log("round trip done");
`

// resourceTypes has what must not compile.
const resourceTypes = `
import { Client } from "./gen/client/client.js";
const client = new Client("");
// @ts-expect-error: a project is needed
void client.tasks.create({ title: "x" });
// @ts-expect-error: no such choice
void client.tasks.create({ title: "x", project: 1, priority: "urgent" });
// @ts-expect-error: labels are a list of keys
void client.tasks.create({ title: "x", project: 1, labels: "red" });
// @ts-expect-error: no such field to sort by
void client.tasks.list({ ordering: "effort" });
// @ts-expect-error: notes are those of a task
void client.notes.list({ pinned: true });
// @ts-expect-error: the task is that of the path
void client.notes.create(1, { text: "x", task: 2 });
// @ts-expect-error: the archive is only listed
void client.archive.create({ title: "x", project: 1 });
`

// goProgram goes the same way with the Go client.
const goProgram = `package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"resource/gen/client"
)

func main() {
	ctx, c := context.Background(), client.New(os.Args[1])
	project, _, err := c.ProjectsCreate(ctx, client.ProjectWrite{Name: "Garden"})
	must(err)
	task, reply, err := c.TasksCreate(ctx, client.TaskWrite{Title: "Dig", Project: project.ID, Due: client.Set("2026-12-24")})
	must(err)
	task, _, err = c.TasksPartialUpdate(ctx, task.ID, client.TaskPatch{Due: client.Null[string](), Done: client.Set(true)}, reply.ETag)
	must(err)
	if task.Due != nil || !task.Done || task.Created.IsZero() {
		panic(fmt.Sprint(task))
	}
	var problem *client.Problem
	if _, err = c.TasksDestroy(ctx, task.ID, reply.ETag); !errors.As(err, &problem) || problem.Status != 412 {
		panic(err)
	}
	done := true
	page, _, err := c.TasksList(ctx, client.TasksParams{Done: &done, Project: &project.ID, PriorityIn: []string{"normal"}, Ordering: []string{"-created"}})
	must(err)
	if page.Count != 1 || page.Results[0].ID != task.ID {
		panic(fmt.Sprint(page))
	}
	label, _, err := c.LabelsCreate(ctx, client.LabelWrite{Name: "green"})
	must(err)
	task, _, err = c.TasksPartialUpdate(ctx, task.ID, client.TaskPatch{Labels: client.Set([]int64{label.ID})}, "")
	must(err)
	if len(task.Labels) != 1 || task.Labels[0] != label.ID {
		panic(fmt.Sprint(task))
	}
	_, err = c.LabelsDestroy(ctx, label.ID, "")
	must(err)
	task, _, err = c.TasksRetrieve(ctx, task.ID)
	must(err)
	if len(task.Labels) != 0 {
		panic(fmt.Sprint(task))
	}
	note, reply, err := c.NotesCreate(ctx, task.ID, client.NoteWrite{Text: "Deep"})
	must(err)
	if note.Task != task.ID || reply.Status != 201 {
		panic(fmt.Sprint(note))
	}
	note, _, err = c.NotesPartialUpdate(ctx, task.ID, note.ID, client.NotePatch{Pinned: client.Set(true)}, reply.ETag)
	must(err)
	all, _, err := c.ProjectNotesList(ctx, "Garden", task.ID, client.ProjectNotesParams{})
	must(err)
	if !note.Pinned || all.Count != 1 || all.Results[0].Text != "Deep" {
		panic(fmt.Sprint(note, all))
	}
	if _, _, err = c.NotesRetrieve(ctx, task.ID+1, note.ID); !errors.As(err, &problem) || problem.Status != 404 {
		panic(err)
	}
	_, err = c.TasksDestroy(ctx, task.ID, "")
	must(err)
	fmt.Println("round trip done")
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
`

// typeScript is the compiler that .ci/setup installs.
func typeScript(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "stackgen-tests", "typescript", "node_modules")
	if _, err := os.Stat(filepath.Join(dir, ".bin", "tsc")); err != nil {
		t.Fatal("no TypeScript compiler; run .ci/setup: ", err)
	}
	return dir
}

// Ensure that a resource keeps what its description and its clients say, and that both clients
// compile and go the whole way, in one process and in several.
func TestResource(t *testing.T) {
	modules := typeScript(t)
	dir := project(t, "resource")
	create(t, dir, "tsconfig.json", `{"compilerOptions": {"strict": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true,
		"target": "es2022", "module": "nodenext", "lib": ["es2022", "dom"], "types": ["node"], "typeRoots": ["`+modules+`/@types"],
		"outDir": "js", "noEmitOnError": true}, "files": ["program.ts", "types.ts"]}`)
	create(t, dir, "package.json", `{"type": "module"}`)
	create(t, dir, "program.ts", resourceProgram)
	create(t, dir, "types.ts", resourceTypes)
	create(t, dir, "tool/main.go", goProgram)
	build(t, dir)
	run(t, dir, filepath.Join(modules, ".bin", "tsc"))
	run(t, dir, "go", "build", "-o", "tool/tool", "./tool")

	clients := func(t *testing.T, s *site) {
		for _, command := range [][]string{{"node", "js/program.js", s.url}, {"./tool/tool", s.url}} {
			if out := run(t, dir, command...); !strings.Contains(out, "round trip done") {
				t.Errorf("%v: %s", command, out)
			}
		}
	}
	t.Run("inline", func(t *testing.T) {
		s := start(t, dir)
		clients(t, s)
		resourceAnswers(t, s)
		slowResource(t, s)
	})
	t.Run("process", func(t *testing.T) {
		if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
			t.Fatal(err)
		}
		edit(t, dir, "site.hcl", `site "resource" {}`, "site \"resource\" {}\n\nworkers {\n  mode  = \"process\"\n  count = 2\n}")
		build(t, dir)
		clients(t, start(t, dir))
	})
	t.Run("postgres", func(t *testing.T) {
		pg, err := pgtest.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pg.Stop)
		edit(t, dir, "site.hcl", `database { url = "sqlite:data/resource.db" }`, "variable \"database_url\" {\n  default = \"postgres://localhost/resource\"\n  env     = \"DATABASE_URL\"\n}\n\ndatabase { url = var.database_url }")
		if err := os.RemoveAll(filepath.Join(dir, "migrations")); err != nil {
			t.Fatal(err)
		}
		run(t, dir, stackgen, "migrate", "diff", "site.hcl", "initial")
		t.Setenv("DATABASE_URL", pg.URL("postgres"))
		build(t, dir)
		s := start(t, dir)
		clients(t, s)
		resourceAnswers(t, s)
		slowResource(t, s)
	})
}

// resourceAnswers asks what no client of ours would.
func resourceAnswers(t *testing.T, s *site) {
	tests := []struct {
		method, path, kind, body string
		header                   [2]string
		status                   int
		part                     string
	}{
		{"GET", "/api/tasks/?done=maybe&nope=1&ordering=effort&page=0&due__gte=x", "", "", [2]string{}, 400, `"nope":[{"message":"There is no such parameter.","code":"unknown"}]`},
		{"GET", "/api/tasks/?page_size=101", "", "", [2]string{}, 400, "from 1 to 100"},
		{"GET", "/api/tasks/?page=99", "", "", [2]string{}, 404, "pages"},
		{"GET", "/api/tasks/", "", "", [2]string{"Accept", "text/html"}, 406, "application/json"},
		{"POST", "/api/tasks/", "application/x-www-form-urlencoded", "title=x", [2]string{}, 415, "must be JSON"},
		{"POST", "/api/tasks/", "application/json", "{", [2]string{}, 400, "unexpected end"},
		{"POST", "/api/tasks/", "application/json", "[]", [2]string{}, 400, "does not fit"},
		{"POST", "/api/tasks/", "application/json", "null", [2]string{}, 400, "JSON object"},
		{"POST", "/api/tasks/", "application/json", strings.Repeat("[", 100) + strings.Repeat("]", 100), [2]string{}, 400, "deeper than 64"},
		{"POST", "/api/tasks/", "application/json", `{"title": [1], "project": {}, "done": "perhaps", "effort": true, "due": 7}`, [2]string{}, 422, `"title":[{"message":"A list does not fit here.","code":"invalid"}]`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x", "project": 1, "labels": 7}`, [2]string{}, 422, `"labels":[{"message":"Enter a list of values.","code":"invalid"}]`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x", "project": 1, "labels": null}`, [2]string{}, 422, `"labels":[{"message":"Enter a list of values.","code":"invalid"}]`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x", "project": 1, "labels": [1.5]}`, [2]string{}, 422, `"code":"invalid_pk_value"`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x", "project": 1, "labels": [{"id": 1}, [2], true]}`, [2]string{}, 422, `"code":"invalid_pk_value"`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x", "project": 1, "labels": [99999999999999999999]}`, [2]string{}, 422, `"labels":`},
		{"POST", "/api/tasks/", "application/json", `{"title": "x` + strings.Repeat("x", 3<<20) + `"}`, [2]string{}, 413, "larger than"},
		{"DELETE", "/api/tasks/", "", "", [2]string{}, 405, ""},
		{"PUT", "/api/archive/", "", "", [2]string{}, 405, ""},
		{"GET", "/api/tasks/999/", "", "", [2]string{}, 404, `"status":404`},
		{"GET", "/api/tasks/999/notes/", "", "", [2]string{}, 404, `"status":404`},
		{"GET", "/api/tasks/999999999999999999999/notes/", "", "", [2]string{}, 404, ""},
		{"POST", "/api/tasks/999/notes/", "application/json", `{"text": ""}`, [2]string{}, 404, `"status":404`},
		{"PUT", "/api/tasks/999/notes/", "application/json", "{}", [2]string{}, 405, ""},
		{"GET", "/api/projects/%00/tasks/1/notes/", "", "", [2]string{}, 400, ""},
	}
	for _, tt := range tests {
		r, err := http.NewRequest(tt.method, s.url+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		if tt.header[0] != "" {
			r.Header.Set(tt.header[0], tt.header[1])
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body := readAll(t, answer)
		if answer.StatusCode != tt.status || !strings.Contains(body, tt.part) {
			t.Errorf("%s %s %.60s: %d %.300s, want %d %s", tt.method, tt.path, tt.body, answer.StatusCode, body, tt.status, tt.part)
		}
		if tt.part != "" && answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %s", tt.method, tt.path, answer.Header.Get("Content-Type"))
		}
	}
	r, err := http.NewRequest("GET", s.url+"/api/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, first); !strings.HasPrefix(body, "{\n  \"openapi\": \"3.1.0\"") || first.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s: %.200s", first.Header.Get("Content-Type"), body)
	}
	r.Header.Set("If-None-Match", first.Header.Get("ETag"))
	again, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if readAll(t, again); again.StatusCode != 304 {
		t.Errorf("the description again: %d", again.StatusCode)
	}
}

// slowResource has clients that are asked for what they announced, and do not send it, while
// others write: nobody waits for them with the database in hand.
func slowResource(t *testing.T, s *site) {
	for _, head := range []string{"POST /api/projects/", "PUT /api/projects/1/", "PATCH /api/projects/1/"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, head+" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("%s: %q %v", head, line, err)
		}
	}
	answer, err := http.Post(s.url+"/api/projects/", "application/json", strings.NewReader(`{"name": "Meanwhile"}`))
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, answer); answer.StatusCode != 201 {
		t.Errorf("while others send slowly: %d %s", answer.StatusCode, body)
	}
}

func readAll(t *testing.T, answer *http.Response) string {
	t.Helper()
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
