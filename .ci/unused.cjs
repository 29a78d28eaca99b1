// Stands for packages in a bundle that nothing here uses: dockerode loads ssh and gRPC before anybody asks for them.
module.exports = {};
