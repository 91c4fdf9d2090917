package auth_test

import (
	"bytes"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/hashers"
	"stackgen.dev/runtime/web/terminal"
)

func TestCreateSuperuser(t *testing.T) {
	tests := []struct {
		name    string
		args    []string
		answers string
		env     map[string]string
		want    string // of what is printed
		made    bool
	}{
		{"asked", nil, "a b\nada\nnot an address\nada@example.com\nsecret one\nsecret two\nlong secret 77\nlong secret 77\n", nil, "Superuser ada created.", true},
		{"a bad password, used anyway", nil, "ada\n\n12345\n12345\ny\n", nil, "This password is too short.", true},
		{"from the environment", []string{"--no-input"}, "", map[string]string{"SUPERUSER_USERNAME": "ada", "SUPERUSER_PASSWORD": secret}, "Superuser ada created.", true},
		{"without a password", []string{"--no-input", "--username", "ada"}, "", nil, "the user has no password", true},
		{"without a name", []string{"--noinput"}, "", nil, "", false},
		{"a name that is taken", []string{"--no-input", "--username", "TAKEN"}, "", nil, "", false},
		{"no answer", nil, "ada\n", nil, "", false},
		{"an argument too many", []string{"ada"}, "", nil, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.add("taken")
			var out bytes.Buffer
			term := terminal.New(strings.NewReader(tt.answers), &out, func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok })
			err := s.layer.CreateSuperuser(t.Context(), model.NewDB(nil, nil), term, tt.args)
			if (err == nil) != tt.made || !strings.Contains(out.String(), tt.want) {
				t.Fatalf("%v\n%s", err, out.String())
			}
			if !tt.made {
				return
			}
			u := s.users.users[2]
			if u.Username != "ada" || !u.IsSuperuser || !u.IsStaff || !u.IsActive || hashers.Usable(u.Password) == strings.Contains(tt.want, "no password") {
				t.Errorf("%+v", u)
			}
		})
	}
}

func TestChangePassword(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	run := func(answers string, args ...string) error {
		return s.layer.ChangePassword(t.Context(), model.NewDB(nil, nil), terminal.New(strings.NewReader(answers), &bytes.Buffer{}, nil), args)
	}
	if err := run("another long secret\nanother long secret\n", "ada"); err != nil {
		t.Fatal(err)
	}
	if _, got := s.login("ada", "another long secret"); got.Status != 302 {
		t.Error(got.Status)
	}
	for _, args := range [][]string{{}, {"nobody"}, {"ada", "grace"}, {"--help"}} {
		if run("x\nx\n", args...) == nil {
			t.Error(args)
		}
	}
}
