package site

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// credential is the user and the group that names or numbers stand for; nil
// where that is who runs this process already. A user without a group is in his own.
func credential(userName, groupName string) (*syscall.Credential, error) {
	if userName == "" && groupName == "" {
		return nil, nil
	}
	c := &syscall.Credential{Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())}
	if userName != "" {
		u, err := user.Lookup(userName)
		if err != nil {
			if u, err = user.LookupId(userName); err != nil {
				return nil, fmt.Errorf("there is no user %q on this machine", userName)
			}
		}
		if c.Uid, err = identity(u.Uid); err != nil {
			return nil, err
		}
		if c.Gid, err = identity(u.Gid); err != nil {
			return nil, err
		}
		groups, err := u.GroupIds()
		if err != nil {
			return nil, fmt.Errorf("the groups of user %s: %w", userName, err)
		}
		for _, g := range groups {
			id, err := identity(g)
			if err != nil {
				return nil, err
			}
			c.Groups = append(c.Groups, id)
		}
	}
	if groupName != "" {
		g, err := user.LookupGroup(groupName)
		if err != nil {
			if g, err = user.LookupGroupId(groupName); err != nil {
				return nil, fmt.Errorf("there is no group %q on this machine", groupName)
			}
		}
		if c.Gid, err = identity(g.Gid); err != nil {
			return nil, err
		}
	}
	if int(c.Uid) == os.Getuid() && int(c.Gid) == os.Getgid() {
		return nil, nil
	}
	if os.Getuid() != 0 {
		return nil, errors.New("changing user or group takes a site that is started by root")
	}
	return c, nil
}

// identity reads a numeric id.
func identity(id string) (uint32, error) {
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("user id %q: %w", id, err)
	}
	return uint32(n), nil
}

// give has a folder of the data folder, and the files that lie directly in it, belong to the user that the
// processes run as. Root does so where that user may write: links, which could lead to any file of the
// machine, are left alone.
func give(data *os.Root, dir string, c *syscall.Credential) error {
	if c == nil {
		return nil
	}
	if info, err := data.Lstat(dir); err != nil || !info.IsDir() {
		return err // a link's target was for whoever made the link to give
	}
	f, err := data.Open(dir)
	if err != nil {
		return err
	}
	entries, err := f.ReadDir(-1)
	f.Close()
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := data.Lstat(path)
		if os.IsNotExist(err) || err == nil && !onlyName(info) {
			continue
		}
		if err == nil {
			err = data.Lchown(path, int(c.Uid), int(c.Gid))
		}
		if err != nil {
			return err
		}
	}
	return data.Lchown(dir, int(c.Uid), int(c.Gid))
}

// onlyName reports whether a file is a regular one that has no other name.
func onlyName(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.Mode().IsRegular() && s.Nlink == 1
}
