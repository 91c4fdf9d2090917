package auth_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/auth"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/hashers"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/sessions"
	"stackgen.dev/runtime/web/webtest"
)

// memory is users without a database.
type memory struct {
	mu    sync.Mutex
	users map[int64]*auth.User
	reads int
}

func (m *memory) store() auth.Users {
	find := func(fits func(*auth.User) bool) (list []*auth.User) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.reads++
		for id := range int64(len(m.users)) {
			if u := m.users[id+1]; fits(u) {
				copied := *u
				list = append(list, &copied)
			}
		}
		return list
	}
	one := func(list []*auth.User) (*auth.User, error) {
		if len(list) == 0 {
			return nil, model.ErrNotFound
		}
		return list[0], nil
	}
	save := func(_ model.Source, u *auth.User) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		copied := *u
		m.users[u.ID] = &copied
		return nil
	}
	return auth.Users{
		Table: "auth_user",
		Get: func(_ model.Source, id int64) (*auth.User, error) {
			return one(find(func(u *auth.User) bool { return u.ID == id }))
		},
		Find: func(_ model.Source, name string) (*auth.User, error) {
			return one(find(func(u *auth.User) bool { return u.Username == name }))
		},
		Taken: func(_ model.Source, name string) (bool, error) {
			return len(find(func(u *auth.User) bool { return strings.EqualFold(u.Username, name) })) > 0, nil
		},
		WithEmail: func(_ model.Source, email string) ([]*auth.User, error) {
			return find(func(u *auth.User) bool { return strings.EqualFold(u.Email, email) }), nil
		},
		Create: func(src model.Source, u *auth.User) error {
			u.ID = int64(len(m.users)) + 1
			return save(src, u)
		},
		SavePassword: save, SaveLastLogin: save,
	}
}

// site is an application with users, in memory.
type site struct {
	t     *testing.T
	app   *web.App
	users *memory
	mail  *mail.Memory
	layer *auth.Layer
	// config is the application's.
	config web.Config
}

// quick is a set of hashers that costs nothing.
func quick() *hashers.Set { return hashers.New(hashers.MD5{}, hashers.PBKDF2{Iterations: 1}) }

func newSite(t *testing.T, layers ...web.Middleware) *site {
	t.Helper()
	s := &site{t: t, users: &memory{users: map[int64]*auth.User{}}, mail: new(mail.Memory)}
	s.layer = auth.New(auth.Layer{Users: s.users.store(), LoginURL: "/login/", Hashers: quick(), Attempts: 3})
	page := func(b []byte, r *web.Request, page *auth.Page) ([]byte, error) {
		b = append(b, fmt.Sprintf("token=%s valid=%v email=%s\n", r.CSRFToken(), page.ValidLink, page.Email)...)
		return page.Form.AppendHTML(b), nil
	}
	view := func(h web.Handler, open bool) *web.View { return &web.View{Handler: h, LoginNotRequired: open} }
	is := func(r *web.Request) (*web.Response, error) {
		u, err := auth.Of(r)
		if err != nil {
			return nil, err
		}
		return web.Text("[" + u.Username + "]"), nil
	}
	text := func(name string) web.Template {
		return func(b []byte, _ *web.Request, values map[string]any) ([]byte, error) {
			return append(b, fmt.Sprint(name, " ", values["url"], "\n")...), nil
		}
	}
	templates := map[string]web.Template{}
	for _, name := range []string{"password_reset", "invitation"} {
		for _, part := range []string{"_subject.txt", "_email.txt", "_email.html"} {
			templates["registration/"+name+part] = text(name)
		}
	}
	link := func(prefix string) func(uid, token string) string {
		return func(uid, token string) string { return strings.ReplaceAll(prefix+uid+"/"+token+"/", "//", "/") }
	}
	all := append([]web.Middleware{
		middleware.Session{Store: sessions.NewStored(caches.NewMemory(0, nil))}.Wrap, middleware.CSRF{}.Wrap, s.layer.Wrap,
	}, layers...)
	s.config = web.Config{
		Keys: []string{firstKey}, Log: slog.New(slog.DiscardHandler), Middleware: all, Mailer: mail.From("site@example.com", s.mail), Templates: templates,
		Routes: []web.Route{
			{Pattern: "/", View: view(is, true)},
			{Pattern: "/plain/", View: view(func(*web.Request) (*web.Response, error) { return web.Text("plain"), nil }, true)},
			{Pattern: "/mine/", View: view(auth.LoginRequired(is), false)},
			{Pattern: "/closed/", View: view(is, false)},
			{Pattern: "/staff/", View: view(auth.PassesTest(is, func(r *web.Request) (bool, error) {
				u, err := auth.Of(r)
				return err == nil && u.IsStaff, err
			}), false)},
			{Pattern: "/login/", View: view(auth.LoginView(auth.View{Template: "login", Render: page, Success: "/"}), true)},
			{Pattern: "/logout/", View: view(auth.LogoutView(auth.View{Success: "/"}), true)},
			{Pattern: "/password/", View: view(auth.PasswordChangeView(auth.View{Template: "password", Render: page, Success: "/"}), true)},
			{Pattern: "/reset/", View: view(auth.PasswordResetView(auth.View{Template: "reset", Render: page, Success: "/sent/", Link: link("/reset/")}), true)},
			{Pattern: "/reset/<str:uidb64>/<str:token>/", View: view(auth.PasswordResetConfirmView(auth.View{Template: "confirm", Render: page, Success: "/done/"}), true)},
			{Pattern: "/invite/", View: view(auth.InviteView(auth.View{Template: "invite", Render: page, Success: "/", Link: link("/welcome/")}), true)},
			{Pattern: "/welcome/<str:token>/", View: view(auth.SignUpView(auth.View{Template: "welcome", Render: page, Success: "/"}), true)},
		},
	}
	s.rotate(firstKey)
	return s
}

// rotate has the site go on with these keys: the first signs, all verify.
func (s *site) rotate(keys ...string) {
	s.t.Helper()
	s.config.Keys = keys
	app, err := web.New(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	s.app = app
}

const firstKey = "a key for tests"

const secret = "correct horse battery"

func (s *site) add(name string, change ...func(*auth.User)) *auth.User {
	u := &auth.User{ID: int64(len(s.users.users)) + 1, Username: name, Email: name + "@example.com", IsActive: true}
	encoded, err := quick().Make(s.t.Context(), secret)
	if err != nil {
		s.t.Fatal(err)
	}
	u.Password = encoded
	for _, f := range change {
		f(u)
	}
	s.users.users[u.ID] = u
	return u
}

func (s *site) login(name, password string) (*webtest.Client, *webtest.Response) {
	c := webtest.New(s.app)
	c.Get("/login/")
	return c, c.Post("/login/", "username", name, "password", password)
}

// Ensure that logging in begins a session under new keys, and that what is wrong
// is refused in the same words.
func TestLogin(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	s.add("gone", func(u *auth.User) { u.IsActive = false })
	s.add("locked", func(u *auth.User) { u.Password = hashers.Unusable() })
	c := webtest.New(s.app)
	c.Get("/login/")
	token := c.Cookie("csrftoken")
	if got := c.Post("/login/", "username", "ada", "password", secret); got.Status != 302 || got.Header("Location") != "/" {
		t.Fatal(got.Status, got.Body)
	}
	if c.Cookie("csrftoken") == token {
		t.Error("the secret of forms stays when somebody logs in")
	}
	if got := c.Get("/").Body; got != "[ada]" {
		t.Error(got)
	}
	key := c.Cookie("sessionid")
	c.Get("/login/")
	c.Post("/login/", "username", "ada", "password", secret)
	if c.Cookie("sessionid") == key || key == "" {
		t.Error("the key of the session stays when somebody logs in")
	}
	other := webtest.New(s.app)
	other.SetCookie("sessionid", key)
	if got := other.Get("/").Body; got != "[]" {
		t.Error("the old key is still good:", got)
	}
	if s.users.users[1].LastLogin.V.IsZero() {
		t.Error("the last login is not stored")
	}
	for _, try := range [][2]string{{"ada", "wrong"}, {"nobody", secret}, {"gone", secret}, {"locked", secret}, {"locked", ""}} {
		_, got := s.login(try[0], try[1])
		if got.Status != 200 || try[1] != "" && !strings.Contains(got.Body, "Please enter a correct username and password.") {
			t.Errorf("%v: %d %s", try, got.Status, got.Body)
		}
	}
	if got := c.Get("/logout/"); got.Status != 405 {
		t.Error("a link logs out:", got.Status)
	}
	c.Get("/login/")
	if got := c.Post("/logout/"); got.Status != 302 || c.Get("/").Body != "[]" {
		t.Error(got.Status)
	}
}

// Ensure that next leads on this site only.
func TestNext(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	for next, want := range map[string]string{"/mine/%3Fa=1": "/mine/?a=1", "//evil.example/": "/", "https://evil.example/": "/", "%5C%5Cevil.example": "/", "javascript:alert(1)": "/", "": "/"} {
		c := webtest.New(s.app)
		c.Get("/login/")
		if got := c.Post("/login/?next="+next, "username", "ada", "password", secret).Header("Location"); got != want {
			t.Errorf("next=%s leads to %q, want %q", next, got, want)
		}
	}
}

// Ensure that guards send to the login, or refuse.
func TestGuards(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	s.add("boss", func(u *auth.User) { u.IsStaff = true })
	nobody := webtest.New(s.app)
	if got := nobody.Get("/mine/?a=b&c=d"); got.Status != 302 || got.Header("Location") != "/login/?next=/mine/%3Fa%3Db%26c%3Dd" {
		t.Error(got.Status, got.Header("Location"))
	}
	if got := nobody.Get("/staff/"); got.Status != 302 {
		t.Error(got.Status)
	}
	ada, _ := s.login("ada", secret)
	boss, _ := s.login("boss", secret)
	if got := ada.Get("/mine/"); got.Body != "[ada]" {
		t.Error(got.Status)
	}
	if got := ada.Get("/staff/"); got.Status != 403 {
		t.Error(got.Status)
	}
	if got := boss.Get("/staff/"); got.Body != "[boss]" {
		t.Error(got.Status)
	}
}

// Ensure that the layer login_required closes every view but those that say they are open.
func TestRequireLogin(t *testing.T) {
	s := newSite(t, auth.RequireLogin)
	s.add("ada")
	c := webtest.New(s.app)
	if got := c.Get("/closed/"); got.Status != 302 || got.Header("Location") != "/login/?next=/closed/" {
		t.Error(got.Status, got.Header("Location"))
	}
	if got := c.Get("/plain/"); got.Status != 200 {
		t.Error(got.Status)
	}
	c, _ = s.login("ada", secret)
	if got := c.Get("/closed/"); got.Body != "[ada]" {
		t.Error(got.Status)
	}
}

// Ensure that another password ends the sessions that began with the old one, but for the one that changed it.
func TestPasswordChange(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	first, _ := s.login("ada", secret)
	second, _ := s.login("ada", secret)
	first.Get("/password/")
	change := func(old, one, two string) *webtest.Response {
		return first.Post("/password/", "old_password", old, "new_password1", one, "new_password2", two)
	}
	for want, try := range map[string][3]string{
		"Your old password was entered incorrectly.": {"wrong", "a new long secret", "a new long secret"},
		"The two password fields didn’t match.":      {secret, "a new long secret", "another long secret"},
		"This password is too short.":                {secret, "x9", "x9"},
		"This password is too common.":               {secret, "password123", "password123"},
		"The password is too similar to the email":   {secret, "ada@example.com", "ada@example.com"},
	} {
		if got := change(try[0], try[1], try[2]); got.Status != 200 || !strings.Contains(got.Body, want) {
			t.Errorf("%v: %d %s", try, got.Status, got.Body)
		}
	}
	if got := change(secret, "a new long secret", "a new long secret"); got.Status != 302 {
		t.Fatal(got.Status, got.Body)
	}
	if got := first.Get("/").Body; got != "[ada]" {
		t.Error("the session that changed the password is", got)
	}
	if got := second.Get("/").Body; got != "[]" {
		t.Error("the other session is", got)
	}
	if _, got := s.login("ada", "a new long secret"); got.Status != 302 {
		t.Error("the new password does not count")
	}
}

// Ensure that a session of a user that is gone, or not active any more, is nobody's.
func TestSessionOfWhoIsGone(t *testing.T) {
	s := newSite(t)
	u := s.add("ada")
	c, _ := s.login("ada", secret)
	stored := s.users.users[u.ID]
	stored.IsActive = false
	if got := c.Get("/").Body; got != "[]" {
		t.Error(got)
	}
	stored.IsActive = true
	if got := c.Get("/").Body; got != "[ada]" {
		t.Error(got)
	}
	stored.Username, stored.ID = "", 99
	if got := c.Get("/").Body; got != "[]" {
		t.Error(got)
	}
}

// Ensure that a password in an older format is stored anew at the login.
func TestUpgrade(t *testing.T) {
	s := newSite(t)
	old, err := hashers.PBKDF2{Iterations: 1}.Encode(secret, "abcdefghijklmnopqrstuv")
	if err != nil {
		t.Fatal(err)
	}
	u := s.add("ada", func(u *auth.User) { u.Password = old })
	c, got := s.login("ada", secret)
	if got.Status != 302 || !strings.HasPrefix(s.users.users[u.ID].Password, "md5$") {
		t.Error(got.Status, s.users.users[u.ID].Password)
	}
	if got := c.Get("/").Body; got != "[ada]" {
		t.Error("the session does not outlive it:", got)
	}
}

// Ensure that too many failures close the door, for that name and address only.
func TestThrottle(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	s.add("grace")
	for range 3 {
		if _, got := s.login("ada", "wrong"); got.Status != 200 {
			t.Fatal(got.Status)
		}
	}
	if _, got := s.login("ada", secret); got.Status != 429 || !strings.Contains(got.Body, "Too many attempts") {
		t.Error(got.Status, got.Body)
	}
	if _, got := s.login("grace", secret); got.Status != 302 {
		t.Error("another name is refused too:", got.Status)
	}
	for i := range 40 {
		s.login(fmt.Sprint("guess", i), "wrong")
	}
	if _, got := s.login("grace", secret); got.Status != 429 {
		t.Error("an address may try any number of names:", got.Status)
	}
}

// Ensure that a page that asks for no user reads neither session nor database.
func TestNobodyAsks(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	c, _ := s.login("ada", secret)
	before := s.users.reads
	if got := c.Get("/plain/"); got.Header("Vary") != "" || s.users.reads != before {
		t.Error(got.Fields, s.users.reads-before)
	}
	c.Get("/")
	if s.users.reads != before+1 {
		t.Errorf("%d reads for a page that asks", s.users.reads-before)
	}
}
