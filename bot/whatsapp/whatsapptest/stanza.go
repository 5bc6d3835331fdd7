package whatsapptest

import (
	"fmt"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// attrs and node keep the stanzas below readable.
type (
	attrs = waBinary.Attrs
	node  = waBinary.Node
)

// element makes a stanza's element. Content is nil, bytes, a string, or elements.
func element(tag string, a attrs, content ...node) node {
	n := node{Tag: tag, Attrs: a}
	if len(content) > 0 {
		n.Content = content
	}
	return n
}

// leaf makes an element that holds bytes.
func leaf(tag string, content []byte) node { return node{Tag: tag, Content: content} }

// text is a string attribute, or "".
func text(n *node, name string) string {
	switch v := n.Attrs[name].(type) {
	case string:
		return v
	case types.JID:
		return v.String()
	default:
		return ""
	}
}

// address is an attribute that is an address, or the empty one.
func address(n *node, name string) types.JID {
	jid, _ := n.Attrs[name].(types.JID)
	return jid
}

// bytesOf is an element's content, or nil when it holds elements.
func bytesOf(n node) []byte {
	switch v := n.Content.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	default:
		return nil
	}
}

// shape describes a stanza without what is in it: <iq xmlns=w:g2 type=get> query.
func shape(n *node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<%s", n.Tag)
	for _, name := range []string{"xmlns", "type", "class"} {
		if v := text(n, name); v != "" {
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
	}
	b.WriteString(">")
	for _, child := range n.GetChildren() {
		b.WriteString(" " + child.Tag)
	}
	return b.String()
}

// copyAttrs adds the named attributes of from that it has to a.
func copyAttrs(a attrs, from *node, names ...string) {
	for _, name := range names {
		if v, ok := from.Attrs[name]; ok {
			a[name] = v
		}
	}
}
