package whatsapptest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCert"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// Serial numbers of the chain: the root's is fixed in whatsmeow (WACertIssuerSerial).
const (
	intermediateSerial = 1
	leafSerial         = 2
)

// trustOnce guards whatsmeow.WACertPubKey, which is a variable of the process and read by every connection.
var trustOnce sync.Once

// trust has the whatsmeow clients of this process trust the stand-in's certificates, and no others.
func trust() {
	trustOnce.Do(func() { whatsmeow.WACertPubKey = *testKey("root").Pub })
}

// PublicKey is the key that signs the servers' certificates, in hexadecimal: what another process sets
// whatsmeow.WACertPubKey to. It is the same for all servers; the private key is no secret, so a program that runs for
// real must never trust it.
func (s *Server) PublicKey() string { return hex.EncodeToString(testKey("root").Pub[:]) }

// testKey is a key pair that follows from its name, so that several servers agree.
func testKey(name string) *keys.KeyPair {
	return keys.NewKeyPairFromPrivateKey(sha256.Sum256([]byte("whatsapptest, not a secret: " + name)))
}

// certificates are what the server shows in the handshake.
type certificates struct {
	static *keys.KeyPair
	chain  []byte // a waCert.CertChain
}

func newCertificates() (certificates, error) {
	root, middle, static := testKey("root"), testKey("intermediate"), testKey("server")
	intermediate, err := certify(root, middle, intermediateSerial, whatsmeow.WACertIssuerSerial)
	if err != nil {
		return certificates{}, err
	}
	leaf, err := certify(middle, static, leafSerial, intermediateSerial)
	if err != nil {
		return certificates{}, err
	}
	chain, err := proto.Marshal(&waCert.CertChain{Intermediate: intermediate, Leaf: leaf})
	if err != nil {
		return certificates{}, fmt.Errorf("write the certificates: %w", err)
	}
	return certificates{static: static, chain: chain}, nil
}

// certify signs subject's public key with issuer's private one.
func certify(issuer, subject *keys.KeyPair, serial, issuerSerial uint32) (*waCert.CertChain_NoiseCertificate, error) {
	details, err := proto.Marshal(&waCert.CertChain_NoiseCertificate_Details{
		Serial: proto.Uint32(serial), IssuerSerial: proto.Uint32(issuerSerial), Key: subject.Pub[:],
	})
	if err != nil {
		return nil, fmt.Errorf("write a certificate: %w", err)
	}
	return &waCert.CertChain_NoiseCertificate{Details: details, Signature: sign(issuer, details)}, nil
}

// sign makes an XEd25519 signature, as WhatsApp does with its Curve25519 keys.
func sign(key *keys.KeyPair, parts ...[]byte) []byte {
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*key.Priv), join(parts...))
	return signature[:]
}

func join(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
