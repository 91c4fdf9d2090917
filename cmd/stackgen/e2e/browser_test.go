//go:build e2e

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// tab is a headless browser with a phone's window.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func chromium(t *testing.T) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience), chromedp.Flag("disable-quic", true),
		chromedp.UserDataDir(profile(t)), chromedp.WindowSize(390, 844))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// The first action starts the browser, which lives as long as its context.
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return &tab{t, ctx}
}

// profile is a folder for a browser, whose last process may write there a moment longer than it is waited for.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// value runs one action and returns what it yields.
func value[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *tab) open(url string)            { b.t.Helper(); value(b, chromedp.Navigate(url)) }
func (b *tab) fill(selector, text string) { b.t.Helper(); value(b, chromedp.SendKeys(selector, text)) }
func (b *tab) click(selector string)      { b.t.Helper(); value(b, chromedp.Click(selector)) }
func (b *tab) wait(selector string)       { b.t.Helper(); value(b, chromedp.WaitVisible(selector)) }
func (b *tab) text(selector string) string {
	b.t.Helper()
	return value(b, chromedp.Text(selector))
}

func script[T any](b *tab, js string) T { b.t.Helper(); return value(b, chromedp.Evaluate[T](js)) }

// fits checks that the page is not wider than the window.
func (b *tab) fits(what string) {
	b.t.Helper()
	if script[bool](b, `document.documentElement.scrollWidth > window.innerWidth`) {
		b.t.Errorf("%s is wider than a phone", what)
	}
}

// Ensure that a person with a browser can sign the guestbook, that what they
// write runs no script, and that the page fits a phone.
func TestBrowserGuestbook(t *testing.T) {
	dir := project(t, "guestbook")
	build(t, dir)
	s := start(t, dir)
	b := chromium(t)

	b.open(s.url + "/")
	b.fill("#id_name", `"><img src=x onerror="window.attacked=true">`)
	b.fill("#id_message", "Hello\n\n<script>window.attacked = true</script>")
	b.click("button[type=submit]")
	b.wait("article")
	if entries := b.text("section"); !strings.Contains(entries, `"><img src=x onerror=`) || !strings.Contains(entries, "<script>window.attacked") {
		t.Errorf("the entry is not shown as it was written: %q", entries)
	}
	if script[bool](b, `window.attacked === true`) {
		t.Error("a script of a visitor ran")
	}
	b.fits("the page")
	if color := script[string](b, `getComputedStyle(document.querySelector("button")).backgroundColor`); color != "rgb(28, 93, 153)" {
		t.Errorf("the stylesheet does not count: the button is %s", color)
	}
}

// Ensure that the blog's pages work in a browser: writing a post through the
// form, a mistake shown where it was made, and the way from list to post.
func TestBrowserBlog(t *testing.T) {
	dir := project(t, "blog")
	build(t, dir)
	superuser(t, dir, "ada", "analytical engine no. 1")
	s := start(t, dir)
	b := chromium(t)

	b.open(s.url + "/posts/new/")
	b.fits("the login")
	b.shot("blog-login")
	b.fill("#id_username", "ada")
	b.fill("#id_password", "analytical engine no. 1")
	b.click("main button")
	b.wait("#id_title")

	write := func(title, slug string) {
		b.open(s.url + "/posts/new/")
		b.fill("#id_title", title)
		b.fill("#id_slug", slug)
		b.fill("#id_body", "A first paragraph.\n\nA second one.")
		b.click("main button")
	}
	write("A bridge & a river", "bridge")
	b.wait("article.post")
	if title := value(b, chromedp.Title()); title != "A bridge & a river · Field Notes" {
		t.Errorf("the post's title is %q", title)
	}
	if message := b.text(".messages"); message != "“A bridge & a river” is published." {
		t.Errorf("the message reads %q", message)
	}
	b.shot("blog-post")
	write("Another", "bridge")
	b.wait(".errorlist")
	if mistake := b.text(".errorlist"); mistake != "Post with this Slug already exists." {
		t.Errorf("the mistake reads %q", mistake)
	}
	if by := script[string](b, `document.querySelector("#id_slug").getAttribute("aria-describedby")`); by != "id_slug_error" {
		t.Errorf("the field is described by %q", by)
	}
	for _, path := range []string{"/", "/posts/", "/archive/", "/about/", "/posts/bridge/", "/posts/bridge/edit/", "/posts/bridge/delete/"} {
		b.open(s.url + path)
		b.fits(path)
	}
	b.open(s.url + "/posts/")
	b.click(".teaser a")
	b.wait("article.post")
	if heading := b.text("h1"); heading != "A bridge & a river" {
		t.Errorf("the list leads to %q", heading)
	}
	b.open(s.url + "/")
	b.shot("blog-home")
	b.click("nav button") // log out
	b.wait(`nav a[href="/login/"]`)
}

// Ensure that a person with a browser can come in by an invitation, send a file,
// read messages and log out, and that the pages fit a phone.
func TestBrowserMembers(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			c := startClub(t, mode)
			b := chromium(t)
			b.open(c.url + "/documents/")
			b.fits("the login")
			b.shot(mode + "-login")
			b.fill("#id_username", "chair")
			b.fill("#id_password", "the gavel of the chair")
			b.click("main button")
			b.wait(`a[href="/documents/new/"]`)
			b.click(`a[href="/documents/new/"]`)
			b.wait("#id_file")
			b.fits("the form with a file")
			file := filepath.Join(t.TempDir(), "minutes.txt")
			if err := os.WriteFile(file, []byte("We met."), 0o666); err != nil {
				t.Fatal(err)
			}
			b.fill("#id_title", "Minutes")
			value(b, chromedp.SetUploadFiles("#id_file", []string{file}))
			b.click("main button")
			b.wait(".messages")
			if text := b.text(".messages"); text != "Minutes is there." {
				t.Errorf("the message reads %q", text)
			}
			b.shot(mode + "-documents")
			b.open(c.url + "/invite/")
			b.fill("#id_email", "ada@example.com")
			b.click("main button")
			b.wait(".messages")
			b.click("header button") // log out
			b.wait(`a[href="/accounts/login/"]`)
			_, _, text := c.letter()
			b.open(c.url + c.link(text))
			b.fits("the sign-up")
			b.fill("#id_username", "ada")
			b.fill("#id_password1", "analytical engine no. 1")
			b.fill("#id_password2", "analytical engine no. 2")
			b.click("main button")
			b.wait(".errorlist")
			if text := b.text(".errorlist"); text != "The two password fields didn’t match." {
				t.Errorf("the mistake reads %q", text)
			}
			b.shot(mode + "-sign-up")
			b.fill("#id_password1", "analytical engine no. 1")
			b.fill("#id_password2", "analytical engine no. 1")
			b.click("main button")
			b.wait("header button")
			if heading := b.text("h1"); heading != "Hello, ada" {
				t.Errorf("the heading reads %q", heading)
			}
			b.fits("the first page")
			b.shot(mode + "-home")
		})
	}
}

// shot keeps a picture of the page where SCREENSHOTS names a folder, for people to look at.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), value(b, chromedp.FullScreenshot(100)), 0o666); err != nil {
		b.t.Fatal(err)
	}
}
